"""`flask outbox`: what is owed to people, how it went or why it has not, and sending it again."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import get_args

import click
from flask.cli import AppGroup

from bot import notices
from bot import reply as replies
from bot.kit import Kit
from bot.private import masked
from bot.reach import reach_of
from bot.ways import PERHAPS
from config.logs import Scrubber
from config.notices import NAMES_SAID
from config.settings import Settings
from handlers.cli.moments import shown
from handlers.cli.telling import Open, Told
from handlers.cli.wechat import told
from models import outbox, outbox_desk, sending
from models.db import Unit
from models.outbox import Row, State
from models.outbox_desk import Count
from models.sending import WAY_NAMES, Sending

_STATES: dict[str, str] = {"due": "待发", "leased": "在发", "sent": "已发", "waiting": "等对方", "dead": "没发成"}
_COUNTED = {**_STATES, "dropped": "不用发"}
_WAYS: dict[str, str] = {**WAY_NAMES, outbox.PASSIVE: "随回复", "": ""}
_OUTCOMES = {
    sending.UNDER_WAY: "在途",
    sending.OK: "微信收了",
    sending.DELIVERED: "微信说送到了",
    sending.UNSURE: "没有回音",
    sending.FORGIVEN: "人工重发之前的",
}
_KINDS = {notices.REPLY: "机器人的回答", **NAMES_SAID}
_REASONS = 10  # told by stats
_mask = Scrubber(())
_NUMBER = click.argument("number", type=click.IntRange(1))


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Told("outbox", help="What is owed to people: sent, waiting, given up, and why.")
    _looking(commands, settings, open_all)
    _acting(commands, settings, open_all)
    return commands


def _looking(commands: AppGroup, settings: Settings, open_all: Open) -> None:
    @commands.command("list")
    @click.option("--state", type=click.Choice(get_args(State)), help="Only these.")
    @click.option("--openid", default="", help="Only of this person.")
    @click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
    def list_rows(state: str | None, openid: str, limit: int) -> None:
        """The newest first: number, whose, what, how it stands and why."""
        kit, _ = open_all(settings)
        with kit.db.unit() as unit:
            found = outbox.rows(unit, state=state or "", openid=openid, limit=limit)
        for row in found:
            click.echo(_line(row))
        click.echo(f"共 {len(found)} 行" if found else "没有这样的行")

    @commands.command("show")
    @_NUMBER
    def show(number: int) -> None:
        """One row, every call made for it and, while it has not gone out, the way that is open now."""
        kit, _ = open_all(settings)
        with kit.db.unit() as unit:
            row = _found(unit, number)
            calls = sending.of(unit, number)
            click.echo("\n".join([*_told(row), *map(_call, calls), *_outlook(kit, unit, row, calls)]))

    @commands.command("stats")
    def stats() -> None:
        """How many rows stand how, by which way they went, and the most frequent reasons."""
        kit, _ = open_all(settings)
        with kit.db.unit() as unit:
            counts = outbox_desk.counts(unit)
        for line in _summed(counts, kit.now()):
            click.echo(line)


def _acting(commands: AppGroup, settings: Settings, open_all: Open) -> None:
    @commands.command("resend")
    @click.argument("number", type=click.IntRange(1), required=False)
    @click.option(
        "--dead",
        is_flag=True,
        help="All that were given up, without those that were taken back or are not true any more.",
    )
    @click.option(
        "--since", "days", type=click.IntRange(1), default=7, show_default=True, help="With --dead: so many days."
    )
    def resend(number: int | None, dead: bool, days: int) -> None:
        """Send it again, also what may have arrived. It goes out even if its words are out of date: look first."""
        if (number is None) != dead:
            raise click.ClickException("写一个编号，或用 --dead 重发所有没发成的")
        kit, _ = open_all(settings)
        with kit.db.writing() as unit:
            if number is not None:
                _found(unit, number)
            ids = [number] if number is not None else outbox_desk.dead_since(unit, kit.now() - timedelta(days=days))
            count = outbox_desk.resend(unit, ids, kit.now())
        if number is not None and not count:
            raise click.ClickException(f"{number} 正在发送，稍后再看")
        click.echo(f"{count} 行排上了，由时钟发出")
        for account in filter(None, (kit.wechat, kit.miniapp)):
            for stop in account.stops():
                click.echo(f"现在停用着，恢复以前发不出：{told(stop, kit.now())}")

    @commands.command("drop")
    @_NUMBER
    @click.option("--why", default="人工取消", show_default=True, help="Kept with the row.")
    def drop(number: int, why: str) -> None:
        """Never send it. What has gone out already cannot be taken back."""
        kit, _ = open_all(settings)
        with kit.db.writing() as unit:
            row = _found(unit, number)
            done = outbox_desk.drop(unit, number, why)
        if not done:
            raise click.ClickException(f"{number} 现在是“{_STATES[row.state]}”，取消不了")
        click.echo(f"{number} 不发了")


def _found(unit: Unit, number: int) -> Row:
    row = outbox.find(unit, number)
    if row is None:
        raise click.ClickException(f"没有编号 {number}；用 flask outbox list 看")
    return row


def _line(row: Row) -> str:
    state = "·".join(filter(None, [_STATES[row.state], _WAYS[row.way]]))
    when = shown(row.sent_at or row.due_at)
    return "  ".join(filter(None, [str(row.id), when, _mask(row.openid), _kind(row), state, row.reason]))


def _kind(row: Row) -> str:
    return _KINDS.get(row.kind, row.kind)


def _told(row: Row) -> list[str]:
    lines = [_line(row), f"欠下：{shown(row.created_at)}，应发：{shown(row.due_at)}，试过 {row.tries} 次"]
    lines += [f"过了 {shown(row.until)} 就不发"] if row.until else []
    lines += ["小程序用户"] if row.account == "miniapp" else []
    lines += [f"已经发出 {row.part} 段"] if row.part else []
    return [*lines, f"内容：{_text(row)}"]


def _text(row: Row) -> str:
    try:
        text = masked(replies.as_text(notices.whole(row)))
    except (KeyError, TypeError, json.JSONDecodeError):
        return "（读不出来）"
    return text if len(text) <= 100 else f"{text[:100]}……共 {len(text)} 字"


def _call(call: Sending) -> str:
    said = _OUTCOMES.get(call.outcome) or f"微信拒绝，错误码 {call.outcome}"
    if call.outcome == "0":
        said = "没有联系上微信"
    elif call.outcome.startswith(sending.FAILED):
        said = f"微信说没有送到（{call.outcome.removeprefix(sending.FAILED).strip()}）"
    return f"  {shown(call.at)}  第 {call.part + 1} 段  {_WAYS[call.way]} {call.template}  {said}"


def _outlook(kit: Kit, unit: Unit, row: Row, calls: list[Sending]) -> list[str]:
    if row.state not in ("due", "waiting"):
        return []
    found = reach_of(kit, unit, row, calls, now=kit.now())
    by = "小程序" if found.account == "miniapp" and found.way else ""
    return [f"现在的路：{by}{_WAYS[found.way] or '没有'}（{found.why}）"]


def _summed(counts: list[Count], now: datetime) -> list[str]:
    if not counts:
        return ["什么也不欠，也没有发过"]
    lines, why = [], Counter[str]()
    for state, name in _COUNTED.items():
        mine = [each for each in counts if each.state == state]
        ways = Counter[str]()
        for each in mine:
            ways[_WAYS[each.way]] += each.rows
            if each.reason and state != "sent":
                why[f"{name}：{each.reason}"] += each.rows
        split = "，".join(f"{way} {rows}" for way, rows in ways.most_common() if way)
        lines.append(f"{name} {sum(ways.values())}" + (f"（{split}）" if split else ""))
    perhaps = sum(each.rows for each in counts if each.state == "sent" and PERHAPS in each.reason)
    lines += [f"已发的里面 {perhaps} 行没有回音，可能没送到"] if perhaps else []
    late = [each.oldest for each in counts if each.state in ("due", "leased") and each.oldest <= now]
    lines += [f"最早的一行 {shown(min(late))} 就该发了"] if late else []
    return [*lines, *(f"  {rows}  {reason}" for reason, rows in why.most_common(_REASONS))]
