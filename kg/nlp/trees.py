"""The best dependency tree for given arc scores (Chu and Liu 1965, Edmonds 1967), with one root."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def arborescence(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Heads of the words of one sentence: 0 for the root, else 1 + the index of the head.

    ``scores``: words x (root and words), the score of each arc; exactly one word gets the root.
    """
    n = len(scores)
    if n == 1:
        return np.zeros(1, np.int64)
    arcs = scores.astype(np.float64)
    top = arcs.max(1, keepdims=True)
    arcs = arcs - top - np.log(np.exp(arcs - top).sum(1, keepdims=True))
    arcs[np.arange(n), np.arange(n) + 1] = -np.inf
    greedy = arcs.argmax(1)
    if (greedy == 0).sum() == 1 and _cycle(greedy) is None:
        return np.asarray(greedy, np.int64)
    root = int((arcs[:, 0] - arcs[:, 1:].max(1)).argmax())
    square = np.full((n + 1, n + 1), -np.inf)
    square[1:, 1:] = arcs[:, 1:]
    square[root + 1] = -np.inf
    square[root + 1, 0] = 0.0
    return np.asarray(_edmonds(square)[1:], np.int64)


def _cycle(heads: NDArray[np.int64]) -> list[int] | None:
    """Words (1-based) of a cycle; ``heads`` of words only."""
    seen = np.zeros(len(heads) + 1, np.int64)
    for start in range(1, len(heads) + 1):
        node = start
        while node and not seen[node]:
            seen[node] = start
            node = int(heads[node - 1])
        if node and seen[node] == start:
            cycle = [node]
            while (node := int(heads[node - 1])) != cycle[0]:
                cycle.append(node)
            return cycle
    return None


def _edmonds(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Heads of nodes 1.. of the best tree below node 0; ``scores[d, h]`` is the arc from h to d."""
    heads = np.asarray(scores.argmax(1), np.int64)
    heads[0] = 0
    cycle = _cycle(heads[1:])
    if cycle is None:
        return heads
    inside = np.array(cycle)
    rest = np.array([k for k in range(len(scores)) if k not in set(cycle)])
    own = scores[inside, heads[inside]]
    into = scores[np.ix_(inside, rest)] - own[:, None]  # entering the cycle at a node breaks that node's arc
    out = scores[np.ix_(rest, inside)]
    m = len(rest)
    smaller = np.full((m + 1, m + 1), -np.inf)
    smaller[:m, :m] = scores[np.ix_(rest, rest)]
    smaller[m, :m] = into.max(0)
    smaller[:m, m] = out.max(1)
    smaller[0] = -np.inf
    solved = _edmonds(smaller)
    result = heads.copy()
    entry = int(solved[m])
    broken = int(into[:, entry].argmax())
    result[inside[broken]] = rest[entry]
    for k in range(1, m):
        result[rest[k]] = inside[int(out[k].argmax())] if solved[k] == m else rest[solved[k]]
    return result
