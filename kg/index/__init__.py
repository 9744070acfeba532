"""The index that the pages read beside the store: words, names, lists in the order in which they are shown, passages, and counts.

One SQLite file for each snapshot, made once. Lists and counts come from it in the same time whatever the size of the graph.
"""

from kg.index.find import Facet, Found, Hit, search
from kg.index.lists import Index, Thing, open_index

__all__ = ["Facet", "Found", "Hit", "Index", "Thing", "open_index", "search"]
