"""conflict-kg: articles in; a graph out in which every fact says who asserts it, where, in which words."""

__version__ = "0.1.0"
RULES_VERSION = "1"  # raise it whenever a change of rules or lexicon changes what is extracted
