"""The district's own content, held to what admins and residents may expect of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from knowledge.entry import Answer, Content, ExamQuestion, Maybe, NotKnown, NotOurs, Source, Sure
from knowledge.library import Library

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "seed.txt"
# Of the exam's questions every one is answered, declined or offered among three, as `kb exam` demands; this share of
# them (0.73 when the mark was set) at once.
AT_ONCE = 0.65


@pytest.fixture(scope="module")
def library() -> Library:
    office = yaml.safe_load((ROOT / "config" / "office.yaml").read_text(encoding="utf-8"))
    return Library(ROOT / "knowledge" / "content", office["units"])


@pytest.fixture(scope="module")
def content(library: Library) -> Content:
    return library.content


def test_there_is_enough_of_it(content: Content) -> None:
    assert len(content.entries) >= 120
    assert len(content.items) >= 12
    assert {e.id: len(e.aliases) for e in content.entries if len(e.aliases) < 3} == {}


def test_every_phrasing_finds_its_own_entry(content: Content, library: Library) -> None:
    astray = {}
    for entry in content.entries:
        for said in (entry.question, *entry.aliases):
            found = [c.entry.id for c in library.search(said) if c.score == 1.0]
            if found != [entry.id]:
                astray[said] = (entry.id, found)
    assert astray == {}


def grade(question: ExamQuestion, answer: Answer) -> str:
    if question.expect in ("outside", "unknown"):
        declined = NotOurs if question.expect == "outside" else (NotOurs, NotKnown)
        return "right" if isinstance(answer, declined) else "wrong" if isinstance(answer, Sure) else "missed"
    if isinstance(answer, Sure):
        return "right" if answer.best.entry.id == question.expect else "wrong"
    if isinstance(answer, Maybe) and question.expect in [choice.entry.id for choice in answer.choices]:
        return "offered"
    return "missed"


def test_the_exam(content: Content, library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    grades = {q.ask: grade(q, library.ask(q.ask)) for q in content.exam}
    count, total = Counter(grades.values()), len(grades)
    with capsys.disabled():
        print(f"\nexam of {total}: {dict(count)}")  # noqa: T201 - the mark above is set from this line
    assert total >= 100
    assert [f"{q}: {g}" for q, g in grades.items() if g in ("missed", "wrong")] == []
    assert count["right"] / total >= AT_ONCE


def sources(content: Content) -> Iterator[tuple[str, Source]]:
    yield from ((entry.id, entry.source) for entry in content.entries)
    yield from ((item.id, item.source) for item in content.items)
    yield from ((place.id, place.source) for place in content.places)
    yield from ((day.id, day.source) for day in content.days)


def test_quotes_are_verbatim(content: Content) -> None:
    if not SEED.exists():
        pytest.skip(f"the report is not at {SEED}")
    report = SEED.read_text(encoding="utf-8")
    # A source with an address is another document than the report.
    strange = {name: source.quote for name, source in sources(content) if not source.url and source.quote not in report}
    assert strange == {}
