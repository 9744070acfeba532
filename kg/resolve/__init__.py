"""Names, pronouns, metonyms and dates of a parsed document, tied to the authority or to new actors and places."""
