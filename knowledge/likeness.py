"""Which questions ask much the same, told by the rarer pairs of characters they share. Deterministic, any order in."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from knowledge.text import bigrams

_LEAST = 0.5  # cosine with the first of a group
_COMMON = 400  # groups that share a pair: it tells nothing then
_LONGEST = 60  # canonical characters that are compared


def grouped(texts: Sequence[str], canonical: Callable[[str], str], least: float = _LEAST) -> list[list[int]]:
    """The places in `texts` of each group: the group asked most often first, and in it the commonest wording first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        places[canonical(text)[:_LONGEST]].append(place)
    order = sorted(places, key=lambda form: (-len(places[form]), form))
    groups = _Groups([frozenset(bigrams(form)) for form in order], least)
    found = [[place for number in group for place in places[order[number]]] for group in groups.made()]
    return sorted(found, key=lambda group: -len(group))


class _Groups:
    """Each text joins the first group whose leader is like it, or leads one of its own."""

    def __init__(self, texts: Sequence[frozenset[str]], least: float) -> None:
        self._texts, self._least = texts, least
        used = Counter(pair for pairs in texts for pair in pairs)
        self._weight = {pair: math.log(1 + len(texts) / count) ** 2 for pair, count in used.items()}
        self._norm = [math.sqrt(math.fsum(self._weight[pair] for pair in pairs)) or 1.0 for pairs in texts]

    def made(self) -> list[list[int]]:
        groups: dict[int, list[int]] = {}
        leaders: dict[str, list[int]] = defaultdict(list)
        for number, pairs in enumerate(self._texts):
            leader = self._leader(number, leaders)
            if leader is not None:
                groups[leader].append(number)
                continue
            groups[number] = [number]
            for pair in pairs:
                leaders[pair].append(number)
        return list(groups.values())

    def _leader(self, number: int, leaders: dict[str, list[int]]) -> int | None:
        near = {at for pair in self._texts[number] if len(leaders[pair]) <= _COMMON for at in leaders[pair]}
        best = max(near, key=lambda at: (self._cosine(number, at), -at), default=None)
        return best if best is not None and self._cosine(number, best) >= self._least else None

    def _cosine(self, one: int, other: int) -> float:
        shared = math.fsum(self._weight[pair] for pair in self._texts[one] & self._texts[other])
        return shared / (self._norm[one] * self._norm[other])
