"""What people typed, into a form or an address, as something a database takes."""

from __future__ import annotations

_LONGEST = 18  # digits: more than that is no id of ours, and no database has room for it


def integer(text: str) -> int | None:
    """A number of plain digits; None for anything else. `isdigit` alone takes ² as well, which `int` does not."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def printable(text: str) -> str:
    """Without control characters: PostgreSQL refuses NUL."""
    return "".join(filter(str.isprintable, text))
