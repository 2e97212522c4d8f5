"""The last good content: kept through broken edits, swapped whole, shared by threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

import pytest

from knowledge.answer import Thresholds
from knowledge.entry import Content, Maybe, NotKnown, NotOurs, Sure
from knowledge.folder import signature
from knowledge.library import Library, Read, nearest
from knowledge.loader import Broken

UNITS = ("organization", "housing", "hr")
WHERE = "青年公寓在哪里"


def write(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def answered(library: Library, said: str) -> str:
    answer = library.ask(said)
    assert isinstance(answer, Sure), answer
    return answer.best.entry.answer


def test_lookups(small_library: Library) -> None:
    entry = small_library.entry("flat.fee")
    assert entry is not None
    assert entry.topic == "flat"
    assert small_library.entry("no.such") is None
    item = small_library.item("talent_subsidy")
    assert item is not None
    assert item.name == "人才补助"
    assert small_library.item("") is None
    assert [e.id for e in small_library.siblings("flat", "who")] == ["flat.who"]
    assert len(small_library.siblings("flat")) == 4
    assert small_library.siblings("") == []
    assert [place.id for place in small_library.places] == ["station.east", "home.centre", "centre.new"]
    assert [day.id for day in small_library.days] == ["talent_day"]


def test_each_kind_of_answer(small_library: Library) -> None:
    assert isinstance(small_library.ask("青年公寓的房租大概多少"), Sure)
    assert isinstance(small_library.ask("人才的那个屋是做什么的"), Maybe | NotKnown)
    assert isinstance(small_library.ask("帮我写一首诗"), NotKnown)
    other = small_library.ask("驾驶证过期了怎么换")
    assert isinstance(other, NotOurs)
    assert other.outside.whose == "交警大队"


def test_a_follow_up_keeps_the_thing(small_library: Library) -> None:
    answer = small_library.ask("那需要什么材料", about="subsidy")
    assert isinstance(answer, Sure)
    assert answer.best.entry.id == "subsidy.materials"
    own = small_library.ask("青年公寓在哪里", about="subsidy")
    assert isinstance(own, Sure)
    assert own.best.entry.id == "flat.where"
    assert not isinstance(small_library.ask("电话", about="flat"), NotOurs)


def test_thresholds_decide(folder: Path) -> None:
    strict = Library(folder, UNITS, Thresholds(sure=1.0, maybe=0.999))
    assert isinstance(strict.ask("青年公寓的房租大概多少"), NotKnown)
    assert isinstance(strict.ask(WHERE), Sure)


def test_without_any_good_content_there_is_no_library(folder: Path) -> None:
    (folder / "words.yaml").write_text("version: 1\ntopics: {", encoding="utf-8")
    with pytest.raises(Broken, match=r"words\.yaml"):
        Library(folder, UNITS)


def test_an_edit_is_answered_within_two_seconds(folder: Path) -> None:
    library = Library(folder, UNITS)
    assert answered(library, WHERE) == "演示大道1号。"
    assert not library.refresh(100.0)
    write(folder, "faq/flat.yaml", "演示大道1号", "演示大道9号")
    assert [library.refresh(100.0 + tenth / 10) for tenth in range(20)].count(True) == 1
    assert answered(library, WHERE) == "演示大道9号。"
    assert library.faults == ()


def test_the_folder_is_looked_at_once_a_second(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library, stands = Library(folder, UNITS), signature(folder)
    looks: list[Path] = []
    monkeypatch.setattr("knowledge.folder.signature", lambda where: looks.append(where) or stands)
    for tenth in range(30):
        library.refresh(50 + tenth / 10)
    assert len(looks) == 3


def test_a_clock_set_back_does_not_stop_the_looks(folder: Path) -> None:
    library = Library(folder, UNITS)
    library.refresh(1_000_000.0)
    write(folder, "faq/flat.yaml", "演示大道1号", "演示大道9号")
    library.refresh(5.0)
    assert library.refresh(5.5)


def test_a_broken_edit_keeps_the_last_good_content(folder: Path) -> None:
    library = Library(folder, UNITS)
    good = (folder / "faq/flat.yaml").read_text(encoding="utf-8")
    (folder / "faq/flat.yaml").write_text(good.replace("answer: 可以。", "answer可以。"), encoding="utf-8")
    library.refresh(0.0)
    assert not library.refresh(1.0)
    assert answered(library, WHERE) == "演示大道1号。"
    assert library.faults[0].file == "faq/flat.yaml"
    (folder / "faq/flat.yaml").write_text(good, encoding="utf-8")
    os.utime(folder / "faq/flat.yaml", (1, 1))
    library.refresh(2.0)
    library.refresh(3.0)
    assert library.faults == ()
    assert library.content.version == Library(folder, UNITS).content.version


def test_a_file_still_being_written_is_left_alone(folder: Path) -> None:
    library = Library(folder, UNITS)
    path = folder / "faq/flat.yaml"
    good = path.read_text(encoding="utf-8").replace("演示大道1号", "演示大道9号")
    half = good[: good.index("  - id: flat.spouse")]
    for step in range(5):
        path.write_text(half + "# " + "x" * step, encoding="utf-8")
        assert not library.refresh(step * 0.4)
    path.write_text(good, encoding="utf-8")
    assert library.entry("flat.spouse")
    library.refresh(2.0)
    assert library.refresh(2.4)
    assert answered(library, WHERE) == "演示大道9号。"


def test_a_vanished_folder_keeps_the_last_good_content(folder: Path) -> None:
    library = Library(folder, UNITS)
    folder.rename(folder.with_name("gone"))
    library.refresh(0.0)
    library.refresh(1.0)
    assert "找不到内容目录" in library.faults[0].problem
    assert answered(library, WHERE) == "演示大道1号。"


def test_readers_never_see_half_a_change(folder: Path) -> None:
    """Two files always change together; every answer comes from one edition."""
    write(folder, "faq/flat.yaml", "演示大道1号。", "版本0")
    write(folder, "faq/service.yaml", "12345。", "版本0")
    library = Library(folder, UNITS)
    done = Event()

    def read() -> set[tuple[str, str]]:
        seen = set()
        while not done.is_set():
            content = library.content
            seen.add(tuple(e.answer for e in content.entries if e.id in ("flat.where", "hotline.contact")))
            answered(library, WHERE)
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for version in range(1, 6):
            for name in ("faq/flat.yaml", "faq/service.yaml"):
                write(folder, name, f"版本{version - 1}", f"版本{version}")
            library.refresh(version * 10.0)
            assert library.refresh(version * 10.0 + 1)
        done.set()
    seen = set().union(*(reader.result() for reader in readers))
    assert all(one == other for one, other in seen)
    assert answered(library, WHERE) == "版本5"


class Given:
    """A source that has one content for ever."""

    faults = ()

    def __init__(self, content: Content) -> None:
        self.content = content

    def first(self, read: Read) -> Content:
        return self.content

    def look(self, now: float, read: Read, serving: Content) -> Content | None:
        return None

    def again(self) -> None:
        pass

    def close(self) -> None:
        pass


def dated(content: Content, begins: str, ends: str) -> Content:
    """The flat's address holds on those days only."""
    entries = [replace(e, begins=begins, ends=ends) if e.id == "flat.where" else e for e in content.entries]
    return replace(content, entries=tuple(entries))


@pytest.mark.parametrize(
    ("begins", "ends", "day", "holds"),
    [
        ("2027-01-01", "", "2026-12-31", False),
        ("2027-01-01", "", "2027-01-01", True),
        ("", "2027-01-31", "2027-01-31", True),
        ("", "2027-01-31", "2027-02-01", False),
        ("2027-01-01", "2027-01-31", "2027-01-15", True),
        ("", "", "2027-01-15", True),
    ],
)
def test_an_entry_outside_of_its_days_is_nowhere(
    content: Content, begins: str, ends: str, day: str, holds: bool
) -> None:
    source = Given(dated(content, begins, ends))
    library = Library(source, UNITS, today=lambda: date.fromisoformat(day))
    found = library.ask(WHERE)
    assert (isinstance(found, Sure) and found.best.entry.id == "flat.where") is holds
    assert ("flat.where" in {candidate.entry.id for candidate in found.ranked}) is holds
    assert ("flat.where" in {candidate.entry.id for candidate in library.search(WHERE)}) is holds
    assert (library.entry("flat.where") is not None) is holds
    assert ("flat.where" in {entry.id for entry in library.siblings("flat")}) is holds
    followed = library.ask("那在哪里", about="flat")
    assert (isinstance(followed, Sure) and followed.best.entry.id == "flat.where") is holds
    assert library.version == content.version[:12]


def test_at_midnight_the_edition_follows_the_calendar_without_a_change_of_files(content: Content) -> None:
    today = [date(2026, 12, 31)]
    library = Library(Given(dated(content, "2027-01-01", "2027-01-01")), UNITS, today=lambda: today[0])
    held = []
    for day in ("2026-12-31", "2027-01-01", "2027-01-01", "2027-01-02", "2027-01-03"):
        today[0] = date.fromisoformat(day)
        held.append((library.refresh(0.0), library.entry("flat.where") is not None))
    assert held == [(False, False), (True, True), (False, True), (True, False), (False, False)]


def test_content_of_which_nothing_holds_answers_nothing(content: Content) -> None:
    over = replace(content, entries=tuple(replace(e, ends="2020-01-01") for e in content.entries))
    library = Library(Given(over), UNITS, today=lambda: date(2027, 1, 1))
    assert isinstance(library.ask(WHERE), NotKnown)


def test_nearest_is_by_the_great_circle(small_library: Library) -> None:
    found = small_library.nearest(27.7205, 106.9288)
    assert [place.id for place, _ in found] == ["home.centre", "station.east"]
    assert found[0][1] == pytest.approx(0, abs=0.01)
    # One degree of latitude is 111.195 km on the mean sphere.
    station = small_library.places[0]
    assert station.latitude is not None
    assert station.longitude is not None
    [(_, metres)] = nearest(station.latitude + 1, station.longitude, [station])
    assert metres == pytest.approx(111_195, abs=5)
    [(_, metres)] = nearest(0.0, station.longitude - 180, [station])
    assert metres == pytest.approx((180 - station.latitude) * 111_195, rel=1e-4)
