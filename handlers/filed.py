"""A file of a ticket as an answer: a browser draws pictures and nothing else, and whatever it holds runs nowhere."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from models.magic import UNKNOWN, sniff

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def answer(body: bytes, title: str, *, save: bool = False) -> Response:
    """What it is its first bytes decide. `save`: to be saved, also where it could be drawn."""
    kind = sniff(body)
    mime = kind.mime if kind is not None else UNKNOWN
    where = "inline" if mime in _SHOWN and not save else "attachment"
    named = {"Content-Disposition": f"{where}; filename*=UTF-8''{quote(title, safe='')}"}
    return Response(body, headers={**_HEADERS, **named}, content_type=mime)
