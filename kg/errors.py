"""Errors that the command line and the server show as they are: what is wrong, where, what to do."""


class KGError(Exception):
    """Base of all errors that a user can do something about; the message is the whole story."""


class ReadingError(KGError):
    """An article could not be read (empty, binary, not found, refused address, no article in the page)."""


class MappingError(KGError):
    """A record cannot be expressed in the ontology, or its evidence does not match the text."""


class StoreError(KGError):
    """The store is locked, missing or not a store."""
