"""`flask event broadcast|broadcasts|stop|resume`: one text to many who agreed to be told."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.broadcasting import is_quiet, outlook, prefix, resume, stop
from bot.kit import Kit
from bot.ways import PERHAPS
from handlers.cli.moments import shown
from handlers.cli.opened import Opened, short
from models import outbox
from models.broadcast import STATE_NAMES, Audience, Broadcasts, NoSuchBroadcast
from models.events import Events
from models.sending import WAY_NAMES

_WAYS = {**WAY_NAMES, "": "现在发不到"}
_LONGEST_TITLE, _LONGEST_TEXT = 64, 1200


def add_to(event: AppGroup, opened: Opened) -> None:
    @event.command("broadcast")
    @click.argument("title")
    @click.option("--text", default=None, help="What is written to them.")
    @click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The text, as a file.")
    @click.option("--interest", default="", help="Only who registered for this service item.")
    @click.option("--event", "number", default="", help="Who signed up for this event.")
    @click.option("--scene", default="", help="Only who came by this QR code.")
    @click.option("--per-minute", type=click.IntRange(1, 500), default=60, show_default=True, help="So many a minute.")
    @click.option("--now", "at_night", is_flag=True, help="Also between 21:00 and 08:00.")
    @click.option("--dry-run", is_flag=True, help="Only tell who would get it, and by which way.")
    @click.option("--who", is_flag=True, help="With --dry-run: person by person, openids masked.")
    def broadcast(
        title: str,
        text: str | None,
        file: Path | None,
        interest: str,
        number: str,
        scene: str,
        per_minute: int,
        at_night: bool,
        dry_run: bool,
        who: bool,
    ) -> None:
        """Write to everybody who agreed to news, or to who signed up for an event."""
        audience = _audience(opened.kit, Audience(interest, number.strip().upper(), scene))
        if dry_run:
            if not title.strip() or text is not None or file:
                _body(title, text, file)
            _tell(opened.kit, audience, who)
            return
        body = _body(title, text, file)
        now = opened.kit.now()
        with opened.kit.db.unit() as unit:
            people = Broadcasts(unit).count(audience)
        with opened.kit.db.writing() as unit:
            made = Broadcasts(unit).add(title, body, audience, per_minute=per_minute, at_night=at_night, now=now)
            name = made.id
        later = "；现在是休息时间，早上八点以后再发" if is_quiet(now) and not at_night else ""
        click.echo(f"群发 {name}：{people} 人，每分钟 {per_minute} 人{later}。停下用 flask event stop {name}")

    @event.command("broadcasts")
    def broadcasts() -> None:
        """The last broadcasts: how far they are."""
        with opened.kit.db.unit() as unit:
            rows = Broadcasts(unit).listed()
            unheard = {row.id: outbox.sent_under(unit, prefix(row), said=PERHAPS) for row in rows}
        for row in rows:
            skipped = f"，跳过 {row.skipped}" if row.skipped else ""
            perhaps = f"，{unheard[row.id]} 人没有回音、可能没送到" if unheard[row.id] else ""
            told = f"{row.title}  {row.queued} 人{skipped}{perhaps}"
            click.echo(f"{row.id}  {shown(row.made_at)}  {STATE_NAMES[row.state]}  {told}")
        if not rows:
            click.echo("没有群发过")

    @event.command("stop")
    @click.argument("broadcast", type=int)
    def stop_(broadcast: int) -> None:
        """Stop a broadcast: nobody more gets it, what has not gone out is dropped."""
        with _known(), opened.kit.db.writing() as unit:
            row, dropped = stop(unit, broadcast)
        click.echo(f"群发 {row.id} 已停止，撤下 {dropped} 条还没发出的；接着发用 flask event resume {row.id}")

    @event.command("resume")
    @click.argument("broadcast", type=int)
    def resume_(broadcast: int) -> None:
        """Go on with a stopped broadcast where it was."""
        with _known(), opened.kit.db.writing() as unit:
            row, revived = resume(unit, broadcast)
        again = f"，撤下的 {revived} 条重新发" if revived else ""
        click.echo(f"群发 {row.id}：{STATE_NAMES[row.state]}{again}")


@contextlib.contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except NoSuchBroadcast as error:
        raise click.ClickException(f"没有群发 {error}；用 flask event broadcasts 看编号") from None


def _audience(kit: Kit, audience: Audience) -> Audience:
    if audience.interest and kit.library.item(audience.interest) is None:
        raise click.ClickException(f"items/ 里没有事项 {audience.interest}")
    if audience.event:
        with kit.db.unit() as unit:
            Events(unit).find(audience.event)
    return audience


def _body(title: str, text: str | None, file: Path | None) -> str:
    if not title.strip():
        raise click.ClickException("标题是空的；写上标题")
    if (text is None) == (file is None):
        raise click.ClickException("用 --text 写正文，或用 --file 给一个文件；只要一个")
    try:
        body = (file.read_text(encoding="utf-8") if file else text or "").strip()
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} 不是 UTF-8 编码；另存为 UTF-8") from None
    if not body:
        raise click.ClickException("正文是空的；写上要发的话")
    if not 0 < len(title) <= _LONGEST_TITLE or not 0 < len(body) <= _LONGEST_TEXT:
        raise click.ClickException(f"标题 1 到 {_LONGEST_TITLE} 个字，正文 1 到 {_LONGEST_TEXT} 个字")
    return body


def _tell(kit: Kit, audience: Audience, who: bool) -> None:
    with kit.db.unit() as unit:
        people = list(outlook(kit, unit, audience, kit.now()))
        refused = Broadcasts(unit).without_news(audience)
    ways = Counter(each.way for each in people)
    reached = len(people) - ways[""]
    click.echo(f"共 {len(people)} 人；现在发得到 {reached} 人，发不到的等对方下次说话时再发（七天内）")
    for way, count in sorted(ways.items(), key=lambda pair: -pair[1]):
        click.echo(f"  {_WAYS[way]}  {count} 人")
    for why, count in Counter(each.why for each in people if not each.way).most_common():
        click.echo(f"  发不到：{why}  {count} 人")
    if refused:
        click.echo(f"  不发：关注了，没有同意接收通知  {refused} 人")
    for each in people if who else ():
        click.echo(f"{short(each.openid)}  {_WAYS[each.way]}  {each.why}")
    click.echo("这是试算，什么也没有发")
