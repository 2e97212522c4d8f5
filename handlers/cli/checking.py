"""Content as `kb check`, `kb import` and `kb publish` judge it: what forbids it, and what an admin should look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import click

from bot.footer import source_line, with_footer
from config.office import Hotline, Office
from config.settings import Settings
from handlers.cli.telling import Phrases
from knowledge.entry import LEFT_OUT, UNKNOWN, Content, Fault, Item, Place
from knowledge.folder import Snapshot
from knowledge.loader import Broken, parse
from knowledge.review import Shown, review

_LISTS = ("conditions", "materials", "steps")
_TEXTS = ("where", "time_limit", "fee", "amount")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`content` is None when it cannot even be read; it may be served only when there are no faults."""

    content: Content | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def judge(taken: Snapshot, office: Office, phrases: Phrases, today: date, settings: Settings) -> Verdict:
    """`today` decides what is expired; `phrases` are those the code says."""
    try:
        content = parse(taken, office.units, phrases)
    except Broken as broken:
        return Verdict(None, broken.faults)
    found = review(content, taken.files, today, _shown(content, office.hotline), settings.reply_bytes)
    return Verdict(content, found.faults, found.warnings)


def tell(faults: tuple[Fault, ...], mark: str = "") -> None:
    for fault in faults:
        click.echo(f"{mark}{fault}", err=True)


def count(faults: tuple[Fault, ...]) -> int:
    """Places to mend: the line that sums up what was not told is none."""
    return sum(fault.file != LEFT_OUT for fault in faults)


def _shown(content: Content, hotline: Hotline) -> Iterator[Shown]:
    """Every text as it is at its longest: a footer grows when its document runs out."""

    def phrase(key: str, /, **values: object) -> str:
        return content.phrases[key].format(**values).strip()

    for entry in content.entries:
        yield Shown(entry.file, entry.line, "answer", with_footer(phrase, hotline, entry, date.max))
    for item in content.items:
        source = source_line(phrase, item.source, date.max)
        yield from (
            Shown(item.file, item.line, field, f"{item.name}\n{text}\n\n{source}") for field, text in _of_item(item)
        )
    for place in content.places:
        yield Shown(
            place.file, place.line, "address", f"{_of_place(place)}\n\n{source_line(phrase, place.source, date.max)}"
        )
    for key, text in content.phrases.items():
        yield Shown("phrases.yaml", 0, key, text)


def _of_item(item: Item) -> Iterator[tuple[str, str]]:
    yield "summary", f"{item.summary}。\n{item.status_note}。"
    for field in _LISTS:
        yield field, "\n".join(getattr(item, field))
    for field in _TEXTS:
        yield field, getattr(item, field)


def _of_place(place: Place) -> str:
    told = (place.name, place.status_note, place.address, place.hours, place.phone)
    return "\n".join(text for text in told if text != UNKNOWN)
