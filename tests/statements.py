"""SQL that is compiled once a process: SQLAlchemy remembers it for one engine, and every test makes engines anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine

# Of each kind of file, and of each database of a server: the dialect of MariaDB knows its name.
_first: dict[tuple[str, str | None], Engine] = {}


def engine(url: Any, **given: Any) -> Engine:
    """`create_engine`, with the dialect and the compiled statements of the first one like it. For engines whose
    other settings do not differ, as those of Database."""
    made = create_engine(url, query_cache_size=4000, **given)
    like = made.name, made.url.database if made.url.host else None
    first = _first.get(like)
    if first is None or first.dialect.server_version_info is None:  # it has never connected
        _first[like] = made
    else:
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made
