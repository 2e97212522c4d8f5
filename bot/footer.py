"""What stands below an answer: what the source leaves open, where it stands, whom to ask. Pure: it knows no talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from config.office import Hotline
from knowledge.entry import UNKNOWN, Entry, Source

Phrase = Callable[..., str]  # key, then the values of its placeholders
_PERSON = "“人工”"  # an answer that ends in it has said whom to ask
_VALIDITY = {"current": "citing.current", "historical": "citing.historical", "expired": "citing.expired"}


def with_footer(phrase: Phrase, hotline: Hotline, entry: Entry, today: date) -> str:
    """The answer as people see it on the day `today` of Asia/Shanghai."""
    parts = [entry.answer.strip()]
    if entry.unknown:
        parts.append(phrase("citing.unknown", facts="、".join(entry.unknown)))
    contact = "" if _PERSON in entry.answer and not entry.contact else contact_line(phrase, hotline, entry.contact)
    parts.append(f"{source_line(phrase, entry.source, today)}\n{contact}".strip())
    return "\n\n".join(parts)


def source_line(phrase: Phrase, source: Source, today: date) -> str:
    """Whatever its `validity` says, a document is not told as in force after the last day that it names itself."""
    validity = phrase(_VALIDITY.get(source.validity, "citing.unconfirmed"))
    if source.validity != "expired" and source.is_over(today):
        validity = f"有效期到{when(source.expires)}，已过"
    return phrase("citing.source", document=source.document, as_of=when(source.as_of), validity=validity)


def contact_line(phrase: Phrase, hotline: Hotline, contact: str = "") -> str:
    """Whom to ask. Until the hotline's number is known, a person is reached through this very chat."""
    if contact and contact != UNKNOWN:
        return phrase("citing.contact", contact=contact)
    if hotline.phone:
        return phrase("citing.contact", contact=f"{hotline.name} {hotline.phone}")
    return phrase("citing.no_phone")


def when(as_of: str) -> str:
    """2022 -> 2022年; 2022-05-01 -> 2022年5月1日."""
    parts = [part for part in as_of.split("-") if part.isdigit()]
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))
