"""`flask desk`: the rules of desk.yaml as the program understands them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
from flask.cli import AppGroup

from bot.almanac import Almanac
from bot.sla import Sla
from config.calendar import Calendar
from config.desk import KINDS, DeskRules, load_desk
from config.live import Live
from config.office import Office, load_office
from config.settings import Settings
from handlers.cli.moments import Moment, shown
from handlers.cli.telling import Now, Phrases, Told
from knowledge.folder import snapshot
from knowledge.loader import parse
from models.db import Database
from models.history import Facts
from models.ticket import KIND_NAMES, URGENCY_NAMES


def group(settings: Settings, phrases: Phrases, now: Now) -> AppGroup:
    commands = Told("desk", help="The rules of the hotline desk.")

    @commands.command("times")
    @click.option("--at", type=Moment(), help="When the ticket of the example is made; now.")
    def times(at: tuple[datetime, bool] | None) -> None:
        """The times of every kind as understood, each with an example, and the rest of the rules."""
        office = Live(settings.office_file, load_office)
        rules = load_desk(settings.desk_file, office().units)
        database = Database(settings.database_url)
        made = database.file is None or database.file.exists()  # else asking it would make one
        try:
            sla = Sla(lambda: rules, Almanac(office, database) if made else lambda: Calendar(office()))
            for line in (*_times(rules, sla, at[0] if at else now()), *_rest(rules, office())):
                click.echo(line)
        finally:
            database.close()

    @commands.command("check")
    def check() -> None:
        """Read desk.yaml; exit 1 with its first fault: file, line, field, cure."""
        office = load_office(settings.office_file)
        rules = load_desk(settings.desk_file, office.units)
        topics = parse(snapshot(settings.content_dir), office.units, phrases).words.topics
        strange = sorted({topic for route in rules.routes for topic in route.topics} - topics.keys())
        if strange:
            known = "、".join(topics)
            raise click.ClickException(
                f"{settings.desk_file.name}；routes 里没有这样的主题：{'、'.join(strange)}；可以写：{known}"
            )
        click.echo(
            f"{settings.desk_file.name} 正确：{len(rules.routes)} 条转办{'' if rules.confirmed else '，时限待区里确认'}"
        )

    return commands


def _times(rules: DeskRules, sla: Sla, at: datetime) -> Iterator[str]:
    yield f"时限{'' if rules.confirmed else '（区里还没有确认）'}，例子是 {shown(at)} 建立的工单"
    every = [(kind, "normal") for kind in KINDS] + [("question", urgency) for urgency in rules.urgencies]
    for kind, urgency in every:
        name = KIND_NAMES[kind] if urgency == "normal" else URGENCY_NAMES[urgency]
        due = sla.due(Facts(kind, urgency, at, at))
        found = rules.times_for(kind, urgency)
        spans, ends = (found.accept, found.first, found.resolve), (due.accept, due.first, due.resolve)
        parts = zip(("受理", "第一次答复", "办结"), spans, ends, strict=True)
        told = [f"{word} {span.told} → {_moment(end)}" for word, span, end in parts if span]
        if due.yellow:
            told.append(f"黄牌 {_moment(due.yellow)}")
        yield f"  {name}  {'；'.join(told)}"


def _rest(rules: DeskRules, office: Office) -> Iterator[str]:
    yield f"退回 转办后 {rules.send_back.told} 以内；延期一次最多 {rules.longest_extension} 个工作日"
    yield f"认领后 {rules.idle.told} 没有动静退回未分派；{'自动轮流分派' if rules.turns else '不自动分派'}"
    rating = rules.rating
    yield f"评价 送到后邀请，{rating.again.told} 后再请一次，{rating.close.told} 后办结"
    yield f"差评 {rating.callback.told} 内回访"
    yield "转办目录"
    for route in rules.routes:
        what = "、".join([*(KIND_NAMES[kind] for kind in route.kinds), *route.topics]) or "其余"
        helpers = "、".join(office.units[each].name for each in route.helpers)
        yield f"    {what} → {office.units[route.unit].name}{f'，协办 {helpers}' if helpers else ''}"


def _moment(end: datetime | None) -> str:
    return shown(end) if end else "不知道，那一年的节假日还没有导入"
