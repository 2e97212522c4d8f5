"""`flask event list|show|export|checkin-code`: what stands about events and who comes."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.events import Announcing
from bot.private import masked
from bot.wechat.errors import SendError
from handlers.cli.moments import shown
from handlers.cli.opened import Opened, short
from knowledge.exchange.book import put
from models.event import Event, Signup

_QR_LIFE = timedelta(days=30)  # WeChat's codes that end live no longer
_SHORTEST = 60  # seconds
_STATES = {"going": "已报名", "waiting": "候补", "cancelled": "已取消"}
_HEADER = ("顺序", "微信号", "状态", "报名时间", "取消时间", "签到时间", "要提醒", "评分", "评价")
_TEXTS = (
    ("地点", "place"),
    ("对象", "audience"),
    ("联系", "contact"),
    ("议程", "agenda"),
    ("要带的", "materials"),
    ("提醒", "remind"),
    ("提醒的话", "remind_text"),
)


def add_to(event: AppGroup, opened: Opened) -> None:
    @event.command("list")
    @click.option("--all", "over", is_flag=True, help="Also what is over or cancelled.")
    def list_(over: bool) -> None:
        """Every event: number, name, state, when, how many go and wait."""
        with opened.reading() as events:
            lines = [_line(events, each) for each in events.listed(over=over)]
        click.echo("\n".join(lines) or "没有活动；用 flask event add 新建")

    @event.command("show")
    @click.argument("number")
    def show(number: str) -> None:
        """All about one event."""
        with opened.reading() as events:
            found = events.find(number)
            said = [_line(events, found), *_details(found)]
        click.echo("\n".join(said))

    @event.command("checkin-code")
    @click.argument("number")
    def code(number: str) -> None:
        """The code people check in with on the day; show it at the entrance, not before."""
        with opened.reading() as events:
            found = _dated(events.find(number))
        click.echo(f"{found.title} 签到码：{found.code}（活动当天有效）")

    @event.command("qr")
    @click.argument("number")
    def qr(number: str) -> None:
        """A QR code that checks in who scans it on the day: the address of its picture."""
        with opened.reading() as events:
            found = _dated(events.find(number))
        ends, now = found.over_at, opened.kit.now()
        if ends is None or not timedelta() < ends - now <= _QR_LIFE:
            raise click.ClickException(
                f"{found.title} 在{shown(found.starts_at)}；二维码最多提前 30 天做，结束了不用做"
            )
        try:
            made = opened.kit.wechat.qr(f"checkin:{found.code}", max(_SHORTEST, int((ends - now).total_seconds())))
        except SendError as error:
            raise click.ClickException(f"微信没有给二维码：{error}；{error.cure}") from None
        click.echo(f"{found.title} 签到二维码：{made.image}（到 {shown(ends)} 有效）")

    @event.command("export")
    @click.argument("number")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--full", is_flag=True, help="Whole openids and comments. Handle the file as personal data.")
    def export(number: str, file: Path, full: bool) -> None:
        """Who signed up, as .xlsx or .csv; openids and what people wrote are masked unless --full."""
        if file.suffix not in (".xlsx", ".csv"):
            raise click.ClickException(f"不认识 {file.name} 这种文件；名字以 .xlsx 或 .csv 结尾")
        with opened.reading() as events:
            found = events.find(number)
            rows = [row(each, full=full) for each in events.signups(found)]
        data = workbook(found.title, rows) if file.suffix == ".xlsx" else commas(rows)
        try:
            file.write_bytes(data)
        except OSError as error:
            raise click.ClickException(f"{file} 写不了（{error.strerror}）；换一个目录") from None
        click.echo(f"{found.title}：{len(rows)} 人，写在 {file}{'' if full else '（已遮盖，要全的加 --full）'}")


def _dated(event: Event) -> Event:
    """People check in on its day: it must have one."""
    if event.starts_at is None:
        how = f"confirm {event.named} {event.year} 日期" if event.named else f"edit {event.number} --start 日期"
        raise click.ClickException(f"{event.title} 的日期还没有定，签到码要定了才能用；先运行 flask event {how}")
    return event


def _line(events: Announcing, event: Event) -> str:
    seats = events.seats(event)
    room = f"/{event.capacity}" if event.capacity else ""
    waiting = f"，候补 {seats.waiting}" if seats.waiting else ""
    when = shown(event.starts_at, day=event.all_day)
    named = f"  {event.named} {event.year}" if event.named else ""
    return f"{event.number}  {when:<16}  {event.state_name}  {event.title}  报名 {seats.going}{room}{waiting}{named}"


def _details(event: Event) -> list[str]:
    said = [f"{title}：{getattr(event, name)}" for title, name in _TEXTS if getattr(event, name) not in ("", "unknown")]
    if event.ends_at:
        said.insert(0, f"结束：{shown(event.ends_at)}")
    if event.opens_at or event.closes_at:
        opens, closes = event.opens_at, event.closes_at
        said.append(f"报名：{shown(opens) if opens else '现在'} 至 {shown(closes) if closes else '活动开始'}")
    if event.why:
        said.append(f"取消原因：{event.why}")
    return said


def row(signup: Signup, *, full: bool) -> list[str]:
    """One line of the export."""
    openid = signup.openid if full else short(signup.openid)
    times = (signup.signed_at, signup.cancelled_at, signup.checked_in_at)
    return [
        str(signup.turn),
        openid,
        _STATES[signup.state],
        *(shown(at) if at else "" for at in times),
        "是" if signup.remind else "否",
        str(signup.rating or ""),
        signup.comment if full else masked(signup.comment),
    ]


def workbook(title: str, rows: list[list[str]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("报名")
    for at, cells in enumerate([_HEADER, *rows], 1):
        for place, value in enumerate(cells, 1):
            put(sheet.cell(at, place), value)
    book.properties.title = title
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def commas(rows: list[list[str]]) -> bytes:
    """CSV that Excel opens as it is: with a BOM, and no cell that it would run as a formula."""
    held = io.StringIO()
    csv.writer(held).writerows([_HEADER, *([_inert(cell) for cell in cells] for cells in rows)])
    return held.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
