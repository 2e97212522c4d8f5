"""`flask calendar`: which days are worked, where each comes from, and years brought in."""

from __future__ import annotations

import getpass
from datetime import date, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from bot import almanac
from bot.kit import Kit
from config.calendar import ORIGIN_NAMES, WEEKDAYS, Calendar, day_of, unknown_year
from config.holidays import BadHolidays
from config.settings import Settings
from handlers.cli.moments import shown
from handlers.cli.telling import Open, Told
from models import workday
from models.seal import Seal
from models.workday import Known, Unknown, Workdays

_YEAR = click.argument("year", type=click.IntRange(2004, 2100))
_HOW = "写法：一行一天“2026-01-01 休 元旦”，周末上班写“班”，几天连着写“2026-02-15 至 2026-02-23 休 春节”"


class Years(Told):
    """Commands on the calendar; what is refused is told in a few sentences."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadHolidays as error:
            raise click.ClickException("\n".join([*error.faults, f"什么也没有导入。{_HOW}"])) from None
        except Known as error:
            raise click.ClickException(f"{error} 年已经导入过；要换成这一份就加 --replace") from None
        except Unknown as error:
            raise click.ClickException(f"{error} 年没有导入过；用 flask calendar list 看") from None


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Years("calendar", help="Holidays and worked weekends.")

    @commands.command("list")
    @click.argument("year", type=click.IntRange(2004, 2100), required=False)
    @click.option("--all", "every", is_flag=True, help="Every day, not only those unlike their weekday.")
    def show(year: int | None, every: bool) -> None:
        """Which years are known; of YEAR the days, and where each comes from."""
        kit = open_all(settings)[0]
        for line in _days(kit.calendar(), year, every=every) if year else _years(kit):
            click.echo(line)

    @commands.command("import")
    @_YEAR
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--source", required=True, help="The notice it comes from: its name and number.")
    @click.option("--replace", is_flag=True, help="In place of what was brought in for that year before.")
    def bring_in(year: int, file: Path, source: str, replace: bool) -> None:
        """Bring in a year's holidays from FILE: lines, CSV, or published JSON or YAML."""
        kit = open_all(settings)[0]
        text = _text(file)
        with kit.db.writing() as unit:
            workdays = Workdays(unit, Seal(settings.secret_key))
            days = almanac.bring_in(workdays, year, text, source, by=_by(), now=kit.now(), again=replace)
        click.echo(f"{year} 年导入 {days} 天，几秒内生效；没办结的工单随后重算时限")

    @commands.command("remove")
    @_YEAR
    def remove(year: int) -> None:
        """Take back what was brought in for YEAR."""
        kit = open_all(settings)[0]
        with kit.db.writing() as unit:
            Workdays(unit, Seal(settings.secret_key)).remove(year, by=_by(), now=kit.now())
        click.echo(f"{year} 年导入的去掉了；国家日历里有这一年就用它的，没有就算不知道")

    return commands


def _by() -> str:
    return f"cli:{getpass.getuser()}"


def _text(file: Path) -> str:
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # what Excel saves as CSV on a Chinese Windows is the second
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.ClickException(f"{file} 不是文本；存为 UTF-8 的文本或 CSV")


def _years(kit: Kit) -> list[str]:
    calendar, now = kit.calendar(), kit.now()
    with kit.db.unit() as unit:
        brought = {each.year: each for each in workday.years(unit)}
    this = day_of(now).year
    years = sorted({this - 1, this, this + 1, *brought, *calendar.office.years})
    lines = [f"{year}  {_of(calendar, year, brought)}" for year in years]
    missing = unknown_year(calendar, now)
    return (
        [*lines, f"还要知道 {missing} 年：flask calendar import {missing} 文件 --source 通知名称"] if missing else lines
    )


def _of(calendar: Calendar, year: int, brought: dict[int, workday.Imported]) -> str:
    if year in calendar.office.years:
        return "office.yaml 的 years"
    if year in brought:
        return f"导入，{brought[year].source}（{brought[year].by}，{shown(brought[year].at)}）"
    return "不知道" if calendar.is_workday(date(year, 1, 1)) is None else "国家日历"


def _days(calendar: Calendar, year: int, *, every: bool) -> list[str]:
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1)]
    told = [_told(calendar, day) for day in days if every or calendar.origin(day) not in ("week", None)]
    return told or [f"{year} 年还不知道，机器人不猜"]


def _told(calendar: Calendar, day: date) -> str:
    origin, worked = calendar.origin(day), calendar.is_workday(day)
    if origin is None:
        return f"{day} 周{WEEKDAYS[day.weekday()]} 不知道"
    name = calendar.day_name(day)
    return f"{day} 周{WEEKDAYS[day.weekday()]} {'班' if worked else '休'} {name}  {ORIGIN_NAMES[origin]}".replace(
        "   ", "  "
    )
