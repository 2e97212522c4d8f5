"""`./manage bench-matching [FOLDER]`: how well questions find their entry, beside what one would take instead.

FOLDER (or MATCHING_SETS) holds sets of questions, one JSON object a line: {"kb": {"id", "question", "aliases": []}} for
each entry, then {"q": {"text", "gold_id"}} for each question, gold_id null where no entry answers. Our system is asked
through `flask kb predict`, every system in a process of its own, one after the other.

at 2 %, at 5 %: the share of the questions with an answer that is answered rightly when the threshold is set on the same
set so that wrong answers and answers to questions without one are at most that share of all questions. served: answered
at 2 %, or the right one among three choices (half of the questions without an answer get none). ECE: ten bins of equal
mass. MB: resident memory of the whole process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.matching import report, sets
from benchmarks.matching.baselines import SYSTEMS
from benchmarks.matching.measures import Judged
from benchmarks.matching.report import OURS, Outcome

_NONE = """there is no set of questions. Name a folder: ./manage bench-matching FOLDER, or MATCHING_SETS=FOLDER.
A set is a file NAME.jsonl; see ./manage bench-matching --help for its lines. Make one from your own content and log:
entries as kb lines, real questions with the entry that answers them (or null) as q lines.
For time and memory alone: ./manage bench-matching --synthetic 100000"""


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        found: dict[str, dict[str, Outcome]] = {}
        for path in _sets(asked, scratch):
            given = sets.read(path)
            found[given.name] = {system: _run(system, given, scratch / "out.jsonl") for system in asked.systems}
            print(report.of_set(given, found[given.name]), end="\n\n", flush=True)
        comparable = {name: outcomes for name, outcomes in found.items() if not name.startswith("perturb")}
        if len(comparable) > 1:
            print(report.transfer(comparable, asked.systems))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./manage bench-matching", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", default=os.environ.get("MATCHING_SETS", ""))
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these sets of the folder")
    parser.add_argument(
        "--synthetic", type=int, nargs="+", default=[], metavar="N", help="made-up contents of N entries"
    )
    parser.add_argument("--systems", nargs="+", default=[OURS, *SYSTEMS], choices=[OURS, *SYSTEMS], metavar="NAME")
    return parser.parse_args()


def _sets(asked: argparse.Namespace, scratch: Path) -> list[Path]:
    made = []
    for size in asked.synthetic:
        made.append(scratch / f"synthetic_{size}.jsonl")
        sets.write_synthetic(made[-1], size)
    found = sorted(Path(asked.folder).glob("*.jsonl")) if asked.folder else []
    found = [path for path in found if not asked.only or path.stem in asked.only]
    if not found and not made:
        sys.exit(f"bench-matching: {_NONE}")
    return [*found, *made]


def _run(system: str, given: sets.QuestionSet, out: Path) -> Outcome:
    if system == OURS:
        command = ["flask", "--app", "wsgi", "kb", "predict", str(given.path), "--out", str(out)]
    else:
        command = ["benchmarks.matching.baselines", system, str(given.path), str(out)]
    subprocess.run([sys.executable, "-m", *command], check=True)
    *rows, last = map(json.loads, out.read_text("utf-8").splitlines())
    judged = [_judged(row, question) for row, question in zip(rows, given.questions, strict=True)]
    return Outcome(judged, last["build_s"], last["rss_mb"])


def _judged(row: dict, question: dict) -> Judged:
    gold, ranked = question["gold_id"], row["ranked"]
    place = next((number for number, (known, _) in enumerate(ranked, 1) if known == gold), 0)
    return Judged(
        score=ranked[0][1] if ranked else 0.0,
        place=place,
        wanted=gold is not None,
        ms=row["ms"],
        decision=row["decision"],
        kind=question.get("ptype", ""),
        base=question.get("base", ""),
    )


main()
