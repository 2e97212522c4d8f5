"""What all tables share: names of constraints, UTC times, and byte-exact comparison of text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Integer, MetaData, String, TypeDecorator, or_
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase

# A time that lies further ahead than anybody writes one, and by more than this, was written by a clock that was wrong.
SKEW = timedelta(seconds=60)


def lasts(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether what was given until then still stands; nobody gives anything for more than the `longest`."""
    return until is not None and now < until <= now + longest + SKEW


def is_over(until: Any, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """The contrary of `lasts`, for a column."""
    return or_(until.is_(None), until <= now, until > now + longest + SKEW)


OFFICE = ZoneInfo("Asia/Shanghai")  # numbers of tickets and days of events are the office's, wherever the host stands


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out; stored without a zone, with microseconds on every database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# SQLite counts rows by itself only for INTEGER keys.
RowId = BigInteger().with_variant(Integer(), "sqlite")
OpenId = String(64)

# openids that differ only in case are two people: MySQL's default collation would make them one.
_EXACT = {
    f"{name}_{key}": value
    for name in ("mysql", "mariadb")
    for key, value in {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}.items()
}


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __table_args__: Any = _EXACT


def exact(*constraints: Any) -> tuple[Any, ...]:
    """`__table_args__` of a table that has constraints of its own."""
    return (*constraints, _EXACT)
