"""SQL that is compiled once a process: SQLAlchemy remembers it for one engine, and every test makes engines anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine

_first: dict[str, Engine] = {}  # of each kind of database, connected before


def engine(url: Any, **given: Any) -> Engine:
    """`create_engine`, with the dialect and the compiled statements of the first one of that kind. For engines whose
    other settings do not differ, as those of Database."""
    made = create_engine(url, query_cache_size=4000, **given)
    first = _first.get(made.name)
    if first is None or first.dialect.server_version_info is None:  # it has never connected
        _first[made.name] = made
    else:
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made
