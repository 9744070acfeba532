"""The store: one writer, published snapshots for readers. The only importer of pyoxigraph.Store.

Layout below the data folder: ``store/`` (live, the writer's alone), ``snapshots/N/`` (immutable, hard links),
``current`` (a link to the published snapshot, switched atomically), ``lock``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox
from rdflib import Graph

from kg.errors import StoreError
from kg.query.text import words_of

_KEEP = 3
Function = Callable[..., ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]


def quads_of(graph: Graph, name: str) -> list[ox.Quad]:
    """The triples of an rdflib graph as quads of the graph ``name``, in a fixed order."""
    data = graph.serialize(format="nt", encoding="utf-8")
    target = ox.NamedNode(name)
    quads = [ox.Quad(t.subject, t.predicate, t.object, target) for t in ox.parse(input=data, format=ox.RdfFormat.N_TRIPLES)]
    return sorted(quads, key=str)


@dataclass
class Trial:
    """The store before a change, and the copy that is changed."""

    before: ox.Store
    after: ox.Store


class Writer:
    """The one writer of a data folder.

    :raises StoreError: where another process writes, or the store cannot be opened
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        try:
            data.mkdir(parents=True, exist_ok=True)
            self._lock = open(data / "lock", "w", encoding="ascii")  # noqa: SIM115 - held as long as the writer lives
        except OSError as error:
            raise StoreError(f"{data}: the data folder cannot be written ({error}); set KG_DATA to one that can") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise StoreError(f"{data}: another kg process is writing here; wait until it has finished") from error
        try:
            if not (data / "store").exists() and (data / "store.old").exists():
                (data / "store.old").rename(data / "store")  # stopped between the two renames of a trial
            shutil.rmtree(data / "store.old", ignore_errors=True)
            shutil.rmtree(data / "store.trial", ignore_errors=True)
            self._store = ox.Store(str(data / "store"))
        except OSError as error:
            self._lock.close()
            raise StoreError(f"{data / 'store'}: the store does not open ({error}); move the folder away and build again") from error
        for leftover in (data / "snapshots").glob("*.tmp"):
            shutil.rmtree(leftover)
        self._mark = data / "unpublished"
        #: True where the store holds what no snapshot has: the process that wrote it was stopped before it published.
        self.ahead = self._mark.exists()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._store.flush()
        del self._store
        self._lock.close()

    def replace_graph(self, name: str, graph: Graph) -> int:
        """Puts ``graph`` in place of the named graph; gives the number of triples."""
        quads = quads_of(graph, name)
        self._mark.touch()
        self._store.remove_graph(ox.NamedNode(name))
        self._store.extend(quads)
        return len(quads)

    def fill(self, quads: Iterable[ox.Quad]) -> None:
        """Adds many quads at once, without memory for all of them."""
        self._store.bulk_extend(quads)

    def remove_graph(self, name: str) -> None:
        """Takes a named graph out; nothing happens where there is none."""
        self._mark.touch()
        self._store.remove_graph(ox.NamedNode(name))

    def count(self, name: str) -> int:
        """Number of triples of a named graph."""
        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, ox.NamedNode(name)))

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """Gives the store as it is and a copy to change; the copy takes the store's place where the block ends without error.

        So a change of several graphs comes whole or not at all, and can be looked at before. The block keeps neither store.
        """
        copy = self.data / "store.trial"
        self._store.backup(str(copy))
        trial = Trial(self._store, ox.Store(str(copy)))
        try:
            yield trial
            trial.after.flush()
        except BaseException:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        del trial.before, trial.after, self._store  # closes both
        (self.data / "store").rename(self.data / "store.old")
        copy.rename(self.data / "store")
        shutil.rmtree(self.data / "store.old", ignore_errors=True)
        self._store = ox.Store(str(self.data / "store"))

    def publish(self) -> int:
        """Makes what is written the snapshot that readers see, by one atomic switch; gives its number."""
        folder = self.data / "snapshots"
        folder.mkdir(exist_ok=True)
        numbers = sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit())
        number = (numbers[-1] if numbers else 0) + 1
        self._store.flush()
        unfinished = folder / f"{number}.tmp"
        self._store.backup(str(unfinished))
        unfinished.rename(folder / str(number))
        link = self.data / "current.tmp"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / str(number))
        os.replace(link, self.data / "current")
        self._mark.unlink(missing_ok=True)
        for old in numbers[: -_KEEP + 1]:
            shutil.rmtree(folder / str(old), ignore_errors=True)
        return number


class Snapshot:
    """A published state of the graph; it never changes."""

    def __init__(self, path: Path) -> None:
        try:
            self.number = int(path.name)
            self.store = ox.Store.read_only(str(path))
        except (OSError, ValueError) as error:
            raise StoreError(f"{path}: no snapshot opens here ({error}); run: kg build") from error
        self.path = path

    def query(self, text: str, *, default_graphs: Iterable[str] | None = None, named_graphs: Iterable[str] | None = None,
              union: bool = True, base: str | None = None, functions: dict[ox.NamedNode, Function] | None = None
              ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Evaluates a query. The default graph is the union of all graphs (or, without ``union``, the unnamed graph),
        unless the query or the caller names a dataset; the caller's comes first.

        :raises SyntaxError: for a malformed query
        """
        if default_graphs is None and named_graphs is None:
            # The store's own union flag would override FROM.
            return self.store.query(text, use_default_graph_as_union=union and "FROM" not in words_of(text).words, base_iri=base,
                                    custom_functions=functions)
        return self.store.query(text, default_graph=[ox.NamedNode(g) for g in default_graphs or ()], base_iri=base,
                                named_graphs=[ox.NamedNode(g) for g in named_graphs or ()], custom_functions=functions)

    def has_graph(self, name: str) -> bool:
        """Whether the named graph is there; an empty one is, once it was made."""
        try:
            return self.store.contains_named_graph(ox.NamedNode(name))
        except ValueError:  # no IRI
            return False

    def graph(self, name: str | None, *, union: bool = True) -> Iterator[ox.Quad]:
        """The quads of a named graph; without a name those of the default graph."""
        where = ox.NamedNode(name) if name is not None else None if union else ox.DefaultGraph()
        return self.store.quads_for_pattern(None, None, None, where)

    def rows(self, text: str) -> ox.QuerySolutions:
        """The solutions of a SELECT query over all graphs."""
        found = self.query(text)
        assert isinstance(found, ox.QuerySolutions), "rows() is for SELECT queries"
        return found

    def count(self) -> int:
        """Number of triples in all graphs."""
        return len(self.store)


class Reader:
    """Gives the snapshot that is published at the moment of asking; safe to use from several threads."""

    def __init__(self, data: Path) -> None:
        self._link = data / "current"
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot:
        """The published snapshot.

        :raises StoreError: where nothing has been published yet
        """
        with self._lock:
            try:
                path = self._link.resolve(strict=True)
            except OSError as error:
                raise StoreError(f"{self._link.parent}: no graph has been published here; run: kg build") from error
            if self._snapshot is None or self._snapshot.path != path:
                self._snapshot = Snapshot(path)
            return self._snapshot


def open_current(data: Path) -> Snapshot:
    """The snapshot published in ``data``."""
    return Reader(data).current()
