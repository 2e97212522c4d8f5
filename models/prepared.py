"""Statements of the hot path: compiled once by SQLAlchemy, run on the driver's own cursor.

Executing a compiled statement through SQLAlchemy costs five times what SQLite needs to run it, and every message runs
four. Types are converted by SQLAlchemy's own processors; only its per-execution bookkeeping is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Executable

Process = Callable[[Any], Any] | None


class Ready(NamedTuple):
    """The statement for one dialect. `names` are the parameters in the order of the placeholders."""

    sql: str
    names: tuple[str, ...] | None  # None: the driver takes them by name
    binds: dict[str, Callable[[Any], Any]]
    results: tuple[Process, ...]


class Prepared:
    """One statement for every dialect. An insert or update sets `columns`; other parameters are bindparams."""

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._ready: dict[str, Ready] = {}

    def on(self, dialect: Dialect) -> Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = self._compile(dialect)
        return ready

    def _compile(self, dialect: Dialect) -> Ready:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        processors = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        columns = [entry[3] for entry in compiled._result_columns]
        return Ready(
            sql=str(compiled),
            names=tuple(compiled.positiontup or ()) if compiled.positional else None,
            binds={name: process for name, process in processors.items() if process is not None},
            results=tuple(kind.dialect_impl(dialect).result_processor(dialect, None) for kind in columns),
        )


def values(ready: Ready, given: Mapping[str, Any]) -> Any:
    """`given` as the driver wants it."""
    bound = dict(given)
    for name, process in ready.binds.items():
        bound[name] = process(bound[name])
    return bound if ready.names is None else tuple(bound[name] for name in ready.names)


def row(ready: Ready, raw: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        value if process is None else process(value) for value, process in zip(raw, ready.results, strict=True)
    )
