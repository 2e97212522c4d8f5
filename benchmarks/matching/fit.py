"""Fits the matcher's weights on sets of questions and prints them as they stand in knowledge/weights.py.

    python -m benchmarks.matching.fit CONTENT_DIR SET.jsonl[:WEIGHT] ...

Conditional logit: the right entry against the others that were recalled and against "none of them", whose logit is
nought. A question that hits a phrasing exactly never reaches the ranker and is left out. Then the four numbers of the
calibration, by logistic regression on the best candidate of each question. `--folds` prints instead how well weights
fitted without an entry's questions do on them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.sets import read
from knowledge.entry import Content, Entry, Source
from knowledge.features import FEATURES
from knowledge.index import Index
from knowledge.loader import load_words

Floats = NDArray[Any]
_SHRINK = 2.0  # on weights of features scaled to one standard deviation
_STEPS = 30
_WIDEST = 4.0
_FOLDS = 5


class Question(NamedTuple):
    rows: Floats  # a candidate each
    right: int  # the row of the right one, -1: none
    weight: float
    group: int  # the entry that it belongs to, or comes nearest to


def questions(path: Path, folder: Path, weight: float) -> list[Question]:
    given = read(path)
    source = Source("", "", "", "unknown")
    entries = tuple(Entry(id_, "t", said[0], tuple(said[1:]), "-", source) for id_, said in given.entries)
    index = Index(Content("", entries, (), (), (), load_words(folder), {}, ()))
    place = {entry.id: number for number, entry in enumerate(entries)}
    found = []
    for each in given.questions:
        matched = index.matched(each["text"])
        if matched.heard is None:
            continue
        rows = index.ranker.rows(matched.heard)
        right = [row[0] for row in rows].index(place[each["gold_id"]]) if _there(each, rows, place) else -1
        group = place.get(each["gold_id"], rows[0][0] if rows else 0)
        if rows:
            found.append(Question(np.array([row[2] for row in rows]), right, weight, group))
    return found


def _there(each: dict[str, Any], rows: list[tuple[int, int, list[float]]], place: dict[str, int]) -> bool:
    return each["gold_id"] is not None and place[each["gold_id"]] in {row[0] for row in rows}


def fit(some: list[Question]) -> Floats:
    """Newton's method; the loss is convex."""
    rows = np.concatenate([each.rows for each in some])
    scale = np.maximum(rows.std(0), 0.05)
    scale[0] = 1
    rows = rows / scale
    starts = np.cumsum([0, *[len(each.rows) for each in some]])[:-1]
    of = np.repeat(np.arange(len(some)), [len(each.rows) for each in some])
    weight = np.array([each.weight for each in some])
    right = np.zeros(len(rows))
    right[[start + each.right for start, each in zip(starts, some, strict=True) if each.right >= 0]] = 1
    shrink = np.full(len(scale), _SHRINK)
    shrink[0] = 1e-6
    found = np.zeros(len(scale))
    for _ in range(_STEPS):
        share = _shares(rows @ found, starts, of)
        gradient = rows.T @ ((share - right) * weight[of]) + shrink * found
        own = rows * np.sqrt(share * weight[of])[:, None]
        mean = np.add.reduceat(rows * share[:, None], starts) * np.sqrt(weight)[:, None]
        step = np.linalg.solve(own.T @ own - mean.T @ mean + np.diag(shrink), gradient)
        found = found - step * min(1.0, 5 / float(np.abs(step).max()))
    return np.asarray(found / scale)


def _shares(logits: Floats, starts: Floats, of: Floats) -> Floats:
    most = np.maximum(np.maximum.reduceat(logits, starts), 0)
    parts = np.exp(logits - most[of])
    return np.asarray(parts / (np.add.reduceat(parts, starts) + np.exp(-most))[of])


def _best(each: Question, weights: Floats) -> tuple[Floats, bool]:
    """What the calibration looks at, and whether the best candidate is right."""
    logits = each.rows @ weights
    order = np.argsort(-logits)
    first = float(_shares(logits, np.array([0]), np.zeros(len(logits), int))[order[0]])
    margin = min(_WIDEST, logits[order[0]] - logits[order[1]]) if len(order) > 1 else _WIDEST
    odds = np.log(max(first, 1e-9) / max(1 - first, 1e-9))
    return np.array([1, odds, logits[order[0]], margin]), int(order[0]) == each.right


def calibrate(some: list[Question], weights: Floats) -> Floats:
    seen = [_best(each, weights) for each in some]
    rows, right = np.array([row for row, _ in seen]), np.array([ok for _, ok in seen], float)
    weight = np.array([each.weight for each in some])
    found = np.array([0.0, 1.0, 0.0, 0.0])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows * (chance * (1 - chance) * weight)[:, None]
        found = found - np.linalg.solve(slope.T @ rows + 0.1 * np.eye(4), rows.T @ ((chance - right) * weight))
    return found


def main(arguments: list[str]) -> None:
    folds = "--folds" in arguments
    folder, *sets = [each for each in arguments if each != "--folds"]
    some: list[Question] = []
    for each in sets:
        path, _, weight = each.partition(":")
        some += questions(Path(path), Path(folder), float(weight or 1))
    if folds:
        for fold in range(_FOLDS):
            weights = fit([each for each in some if each.group % _FOLDS != fold])
            left = [each for each in some if each.group % _FOLDS == fold and each.right >= 0]
            print(fold, round(sum(_best(each, weights)[1] for each in left) / len(left), 4))
        return
    weights = fit(some)
    for name, worth in zip(FEATURES, weights, strict=True):
        print(f"    {worth:.3f},  # {name}")
    print(*[f"{each:.3f}" for each in calibrate(some, weights)], sep=", ")


if __name__ == "__main__":
    main(sys.argv[1:])
