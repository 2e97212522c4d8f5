"""Times as staff type them: Beijing time, wherever the host stands."""

from __future__ import annotations

from datetime import datetime

import click

from config.calendar import SHANGHAI


class Moment(click.ParamType[tuple[datetime, bool] | None, object]):
    """A time, and whether it was a date alone, whose hour is not known. None for an empty text."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[datetime, bool] | None:
        if isinstance(value, tuple):
            return value
        said = str(value).strip()
        if not said:
            return None
        for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"):
            try:
                return datetime.strptime(said, form).replace(tzinfo=SHANGHAI), form == "%Y-%m-%d"
            except ValueError:
                continue
        raise click.ClickException(f'“{said}”不是时间；写成 2027-04-23，或带引号的 "2027-04-23 14:00"（北京时间）')


def shown(at: datetime | None, *, day: bool = False) -> str:
    """2027-04-23 14:00; the day alone when its hour is not known."""
    if at is None:
        return "未定"
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d" if day else "%Y-%m-%d %H:%M")
