"""Holidays and 调休 workdays that an admin brought in for years the program does not know, or to put it right."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime


class Workday(Base):
    """A day that is not what its weekday says."""

    __tablename__ = "workday"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # rest | work
    name: Mapped[str] = mapped_column(String(64), default="")


class WorkYear(Base):
    """A year whose days are all known: those in `workday` and, for the rest, the week."""

    __tablename__ = "work_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text)  # the notice it was taken from
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)
