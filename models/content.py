"""Published versions of the content: every one is kept as it was, and every node serves the one in force.

A version is in force from its `effective_from` until one with a higher number is. One that is staged for later may be
withdrawn until its time has come. Nothing else in a row ever changes, and no row is deleted.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Integer, LargeBinary, String, Text, insert, or_, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime
from models.db import Clash, Unit

Kind = Literal["first", "saved", "published", "rollback"]
# Bytes, compressed. MariaDB takes packets of 16 MB unless told otherwise, and a byte in a statement may take two.
LARGEST = 7 * 1024 * 1024
_LARGEST_WHOLE = 256 * 1024 * 1024  # bytes, unpacked: a damaged row must not fill the memory


class VersionRow(Base):
    __tablename__ = "content_version"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), index=True)  # sha256 over names and bytes of the files, hex
    kind: Mapped[str] = mapped_column(String(16))
    replaces: Mapped[int]  # number of the newest version its publisher knew; 0: there was none
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(String(64))  # "+3 -1 ~2" against the one in force when it was published
    effective_from: Mapped[datetime] = mapped_column(UtcTime)  # as published_at, or later
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    withdrawn_by: Mapped[str] = mapped_column(String(64), default="")
    withdrawn_why: Mapped[str] = mapped_column(Text, default="")
    # Last, so that looking at the rest of the row does not touch the pages it fills.
    files: Mapped[bytes] = mapped_column(LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"))


@dataclass(frozen=True, slots=True)
class Version:
    """One published version without its files."""

    number: int
    digest: str
    kind: str
    replaces: int
    published_at: datetime
    published_by: str
    why: str
    changes: str
    effective_from: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_why: str

    def awaits(self, now: datetime) -> bool:
        """Whether it is staged: published, not withdrawn, and its time has not come."""
        return self.withdrawn_at is None and self.effective_from > max(now, self.published_at)


@dataclass(frozen=True, slots=True)
class New:
    """What a publisher hands in. `digest` is of `files`; `at`: come into force then, None: at once."""

    files: Mapping[str, bytes]
    digest: str
    kind: Kind
    by: str
    why: str
    changes: str = ""
    at: datetime | None = None


class Moved(Exception):
    """Somebody else has published since: `head` is what they published."""

    def __init__(self, head: Version | None) -> None:
        super().__init__("somebody else has published since")
        self.head = head


class Undone(Exception):
    """This one would keep versions staged for later from ever coming into force: `staged`, the last of them first."""

    def __init__(self, staged: list[Version]) -> None:
        super().__init__("a staged version would never come into force")
        self.staged = staged


class TooLarge(Exception):
    """The files do not fit into a row even compressed."""


class Damaged(Exception):
    """A row's files cannot be read back."""


class TooLate(Exception):
    """It cannot be withdrawn: it has come into force, or was withdrawn before."""


_ABOUT = [column for column in VersionRow.__table__.columns if column.key != "files"]


def publish(unit: Unit, new: New, *, seen: int, now: datetime) -> Version:
    """Add a version after number `seen`, the newest its publisher knows (0: none). Raises Moved, Undone, TooLarge."""
    packed = _packed(new.files)
    unit.lock()
    unit.durable = True
    at = max(now, new.at or now)
    undoing = [version for version in staged(unit, now) if version.effective_from > at]
    if undoing:
        raise Undone(undoing)
    values = {"number": seen + 1, "digest": new.digest, "kind": new.kind, "replaces": seen, "published_at": now}
    values |= {"published_by": new.by[:64], "why": new.why, "changes": new.changes[:64], "effective_from": at}
    values |= {"withdrawn_at": None, "withdrawn_by": "", "withdrawn_why": ""}
    try:
        unit.execute(insert(VersionRow), {**values, "files": packed})
    except Clash:
        unit.rollback()
        raise Moved(head(unit)) from None
    return Version(**values)  # type: ignore[arg-type]


def head(unit: Unit) -> Version | None:
    """The newest version, staged and withdrawn ones included: what the next one replaces."""
    return _first(unit, select(*_ABOUT).order_by(VersionRow.number.desc()))


def in_force(unit: Unit, now: datetime) -> Version | None:
    """What every node serves. Cheap enough to be asked every second: it reads one row's head by the primary key.

    One that was published without a later date is in force at once, also where the clock is a little behind.
    """
    at_once = VersionRow.effective_from == VersionRow.published_at
    due = or_(VersionRow.effective_from <= now, at_once)
    query = select(*_ABOUT).where(VersionRow.withdrawn_at.is_(None), due).order_by(VersionRow.number.desc())
    return _first(unit, query)


def staged(unit: Unit, now: datetime) -> list[Version]:
    """Those whose time has not come, the last to come first."""
    query = select(*_ABOUT).where(VersionRow.withdrawn_at.is_(None), VersionRow.effective_from > now)
    found = (Version(*row) for row in unit.execute(query.order_by(VersionRow.number.desc())))
    return [version for version in found if version.awaits(now)]


def history(unit: Unit, limit: int = 1000) -> list[Version]:
    """Newest first."""
    return [Version(*row) for row in unit.execute(select(*_ABOUT).order_by(VersionRow.number.desc()).limit(limit))]


def find(unit: Unit, which: str) -> Version | None:
    """By number ("7", "v7") or by the beginning of its digest (six characters or more); of several the newest."""
    plain = which.strip().lower()
    number = plain.removeprefix("v")
    if number.isascii() and number.isdigit() and len(number) < 10:
        known = _first(unit, select(*_ABOUT).where(VersionRow.number == int(number)))
        if known is not None or len(number) < 6:
            return known
    if len(plain) < 6 or not set(plain) <= set("0123456789abcdef"):
        return None
    query = select(*_ABOUT).where(VersionRow.digest.startswith(plain)).order_by(VersionRow.number.desc())
    return _first(unit, query)


def files(unit: Unit, number: int) -> dict[str, bytes]:
    """The files of a version, by their path in the folder. Raises Damaged, or LookupError when there is none."""
    packed = unit.execute(select(VersionRow.files).where(VersionRow.number == number)).scalar_one_or_none()
    if packed is None:
        raise LookupError(number)
    return _unpacked(packed)


def withdraw(unit: Unit, number: int, *, by: str, why: str, now: datetime) -> None:
    """Keep a staged version from coming into force. Raises TooLate."""
    unit.lock()
    unit.durable = True
    staged = (VersionRow.effective_from > now, VersionRow.effective_from > VersionRow.published_at)
    known = update(VersionRow).where(VersionRow.number == number, VersionRow.withdrawn_at.is_(None), *staged)
    values = {"withdrawn_at": now, "withdrawn_by": by[:64], "withdrawn_why": why}
    if unit.execute(known.values(values)).rowcount != 1:
        raise TooLate


def _first(unit: Unit, query: Any) -> Version | None:
    row = unit.execute(query.limit(1)).first()
    return None if row is None else Version(*row)


def _packed(files: Mapping[str, bytes]) -> bytes:
    """Names and lengths as JSON on the first line, then the bytes one after the other, compressed."""
    names = json.dumps([[name, len(data)] for name, data in files.items()], ensure_ascii=False).encode()
    packed = zlib.compress(b"\n".join((names, b"".join(files.values()))))
    if len(packed) > LARGEST:
        raise TooLarge(f"{len(packed) / 1024 / 1024:.0f} MB")
    return packed


def _unpacked(packed: bytes) -> dict[str, bytes]:
    reader = zlib.decompressobj()
    try:
        names, _, rest = reader.decompress(packed, _LARGEST_WHOLE).partition(b"\n")
        listed = [(str(name), int(length)) for name, length in json.loads(names)]
    except (zlib.error, ValueError, TypeError) as error:
        raise Damaged(str(error)) from None
    if not reader.eof or len(rest) != sum(length for _, length in listed):
        raise Damaged("its length is not what it should be")
    found, at = {}, 0
    for name, length in listed:
        found[name] = rest[at : at + length]
        at += length
    return found
