"""conflict-kg: articles in; a graph out in which every fact says who asserts it, where, in which words."""

__version__ = "0.1.0"
