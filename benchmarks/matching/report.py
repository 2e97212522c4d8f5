"""The tables of `./manage bench-matching`."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.matching import measures
from benchmarks.matching.measures import Judged
from benchmarks.matching.sets import QuestionSet

OURS = "huicai"
_UNSCALED = ("BM25 jieba",)  # its scores are no confidence: an error of calibration would say nothing
_TITLES = ("top-1", "top-3", "MRR", "at 2 %", "at 5 %", "served", "AUROC", "ECE", "p50 ms", "p99 ms", "build s", "MB")


@dataclass(frozen=True)
class Outcome:
    """What one system made of one set."""

    judged: list[Judged]
    build: float
    memory: float


def of_set(given: QuestionSet, outcomes: dict[str, Outcome]) -> str:
    wanted = sum(question["gold_id"] is not None for question in given.questions)
    phrasings = sum(len(own) for _, own in given.entries)
    lines = [
        f"{given.name}: {len(given.entries)} entries, {phrasings} phrasings; {wanted} questions with an answer, "
        f"{len(given.questions) - wanted} without"
    ]
    lines.append(_row("", _TITLES))
    lines += [_row(name, _figures(name, outcome)) for name, outcome in outcomes.items()]
    lines += _decided(outcomes[OURS].judged) if OURS in outcomes else []
    lines += _noise(outcomes)
    return "\n".join(lines)


def _figures(name: str, outcome: Outcome) -> list[str]:
    judged = outcome.judged
    shares = [measures.top(judged, 1), measures.top(judged, 3), measures.reciprocal_rank(judged)]
    shares += [measures.coverage(judged, measures.threshold(judged, tolerated)) for tolerated in (0.02, 0.05)]
    shares += [measures.served(judged), measures.auroc(judged)]
    shares.append(math.nan if name in _UNSCALED else measures.calibration_error(judged))
    times = [f"{measures.percentile(judged, share):.2f}" for share in (0.5, 0.99)]
    return [*map(_share, shares), *times, f"{outcome.build:.1f}", f"{outcome.memory:.0f}"]


def _decided(judged: Sequence[Judged]) -> list[str]:
    """What the bot would do with the thresholds it is set to."""
    wanted, others = [j for j in judged if j.wanted], [j for j in judged if not j.wanted]
    sure = [j for j in judged if j.decision == "sure"]
    helped = [j for j in wanted if (j.decision == "sure" and j.right) or (j.decision == "maybe" and 0 < j.place <= 3)]
    parts = [
        f"sure {len(sure)} (false {_share(sum(not j.right for j in sure) / max(1, len(judged)))} of all)",
        f"right or among the choices {_share(len(helped) / max(1, len(wanted)))}",
    ]
    if others:
        parts.append(f"without an answer refused {_share(sum(j.decision == 'unknown' for j in others) / len(others))}")
    return [f"  as set: {', '.join(parts)}"]


def _noise(outcomes: dict[str, Outcome]) -> list[str]:
    lost = {name: measures.losses(outcome.judged) for name, outcome in outcomes.items()}
    lines = []
    for base in next(iter(lost.values())):
        kinds = sorted(lost[next(iter(lost))][base])
        lines.append(f"  points of top-1 lost to noise, put on: {base}")
        lines.append(_row("", [_short(kind) for kind in ("worst", *kinds)]))
        for name, by_base in lost.items():
            points = [100 * by_base[base][kind] for kind in kinds]
            lines.append(_row(name, [f"{each:.1f}" for each in (max(points), *points)]))
    return lines


def transfer(found: dict[str, dict[str, Outcome]], systems: Sequence[str]) -> str:
    """False answers on each set with the threshold that was set on another."""
    return "\n\n".join(_transferred(found, system, tolerated) for tolerated in (0.05, 0.02) for system in systems)


def _transferred(found: dict[str, dict[str, Outcome]], system: str, tolerated: float) -> str:
    names = list(found)
    table = {left: _on_all(found, system, left, tolerated) for left in names}
    off = [abs(share - tolerated) for left in names for right, share in table[left].items() if left != right]
    told = f"off by {100 * sum(off) / len(off):.1f} points in the mean, {100 * max(off):.1f} at worst"
    lines = [f"{system}: false answers in % with the threshold for {tolerated:.0%} of the set on the left; {told}"]
    if system != OURS:
        return lines[0]
    lines.append(_row("", [_short(name) for name in names]))
    lines += [_row(left, [f"{100 * share:.1f}" for share in row.values()]) for left, row in table.items()]
    return "\n".join(lines)


def _on_all(found: dict[str, dict[str, Outcome]], system: str, left: str, tolerated: float) -> dict[str, float]:
    at = measures.threshold(found[left][system].judged, tolerated)
    return {name: measures.false_answers(outcomes[system].judged, at) for name, outcomes in found.items()}


def _short(name: str) -> str:
    return name if len(name) < 9 else f"{name[:4]}~{name[-3:]}"


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _row(name: str, cells: Sequence[str]) -> str:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in name)
    return f"  {name}{' ' * max(0, 18 - len(name) - wide)}" + "".join(f"{cell:>9}" for cell in cells).rstrip()
