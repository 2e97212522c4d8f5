"""`flask event`: events and named days, as the staff who run them want them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from bot import days
from config.settings import Settings
from handlers.cli import attendance, broadcast
from handlers.cli.moments import Moment, shown
from handlers.cli.opened import Opened
from handlers.cli.telling import Open, Told
from knowledge.entry import UNKNOWN, Day
from models import reminders
from models.db import Stale
from models.event import Event
from models.events import Changed, NewEvent, NoSuchEvent, Refused

_KINDS = click.Choice(["activity", "day", "deadline", "call"])
_MOMENT = Moment()
_TEXTS = {
    "place": "Where.",
    "audience": "Who it is meant for, in words.",
    "contact": "Whom to ask.",
    "agenda": "What happens there.",
    "materials": "What to bring.",
    "remind": 'How long before the start people are reminded: "7d 1d 2h". Without it nobody is.',
    "remind_text": "What a reminder says instead of the common wording.",
}
_LAST_MINUTE = timedelta(days=1, minutes=-1)
_PAST = click.option("--past", is_flag=True, help="The time may lie behind us: to note down what has taken place.")


class Events(Told):
    """Commands on events; what is refused is told in one sentence."""

    def invoke(self, ctx: click.Context) -> object:
        with _refusals():
            return super().invoke(ctx)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise click.ClickException(error.why) from None
    except NoSuchEvent as error:
        raise click.ClickException(f"没有编号 {error} 的活动；用 flask event list --all 看全部") from None
    except Stale:
        raise click.ClickException("刚才有人也在改这场活动，这次没有改成；再运行一次") from None


def group(settings: Settings, open_all: Open) -> AppGroup:
    event = Events("event", help="Events and named days: sign-ups, reminders, check-in.")
    desk = Opened(settings, open_all)
    _making(event, desk)
    _moving(event, desk)
    attendance.add_to(event, desk)
    broadcast.add_to(event, desk)
    return event


def _fields(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `add` and `edit`."""
    for name, text in reversed(_TEXTS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, help=text)(command)
    for name, text in (("closes", "Sign-up ends then."), ("opens", "Sign-up begins then."), ("end", "It ends then.")):
        command = click.option(f"--{name}", name, type=_MOMENT, help=text)(command)
    command = click.option("--capacity", type=int, help="Seats; 0: no limit.")(command)
    return click.option("--start", type=_MOMENT, help='"2027-04-23 14:00", or a date whose hour is not known.')(command)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an event, of the options that were given; an empty time takes the time away."""
    context = click.get_current_context()
    given = {
        name: value
        for name, value in options.items()
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    found = {name: value for name, value in given.items() if name in (*_TEXTS, "capacity", "title", "kind", "demo")}
    if "start" in given:
        found["starts_at"], found["all_day"] = given["start"] or (None, False)
    if "end" in given:  # a date alone is that whole day
        at, day = given["end"] or (None, False)
        found["ends_at"] = at + _LAST_MINUTE if at and day else at
    for option, name in (("opens", "opens_at"), ("closes", "closes_at")):
        if option in given:
            found[name] = (given[option] or (None,))[0]
    return found


def _ahead(found: Mapping[str, Any], now: datetime, *, past: bool) -> None:
    """Nothing is set to a time behind us by mistake: it would be over at once, and nobody could be told."""
    for name, word in (("starts_at", "开始"), ("ends_at", "结束")):
        at = found.get(name)
        day = name == "starts_at" and bool(found.get("all_day"))
        if at is None or past or at > now or (day and at.date() == now.astimezone(at.tzinfo).date()):
            continue
        raise click.ClickException(f"{word}时间 {shown(at, day=day)} 已经过了；确实要写过去的时间，加 --past")


def _is_not_ruled(known: Iterable[Day], event: Event, given: Mapping[str, Any]) -> None:
    """The day of a named day is the content's: set here, it would be set back, and everybody told twice."""
    at, settled = given.get("starts_at"), days.settled_for(known, event)
    if settled is not None and at is not None and given["all_day"] and at.date() != settled:
        raise click.ClickException(
            f"{event.title}的日期在 days.yaml 里定为 {settled}，到那里改 confirmed；要定钟点，连钟点一起写"
        )


def _making(event: AppGroup, desk: Opened) -> None:
    @event.command("add")
    @click.argument("title")
    @click.option("--kind", type=_KINDS, default="activity", show_default=True, help="What it is.")
    @click.option("--demo", is_flag=True, help="Made up: marked 演示.")
    @click.option("--open", "at_once", is_flag=True, help="Let people sign up at once; else it is a draft.")
    @_PAST
    @_fields
    def add(title: str, at_once: bool, past: bool, **options: Any) -> None:
        """Make an event. A draft until `open`."""
        _ahead(_given(options), desk.kit.now(), past=past)
        demo = bool(options["demo"])
        name = f"演示：{title}" if demo and "演示" not in title else title
        with desk.writing() as events:
            made = events.add(NewEvent(**{**_given(options), "title": name}), now=desk.kit.now())
            if at_once:
                events.open(made, now=desk.kit.now())
            number, state, doubts = made.number, made.state_name, _doubts(made, desk.kit.now())
        click.echo("\n".join([f"{number} {name}（{state}）", *doubts]))

    @event.command("edit")
    @click.argument("number")
    @click.option("--title", help="Another name.")
    @_PAST
    @_fields
    def edit(number: str, past: bool, **options: Any) -> None:
        """Change what is given. Who signed up is told of another time or place; more seats go to who waits."""
        given = _given(options)
        if not given:
            raise click.ClickException("没有说改什么；看 flask event edit --help")
        _ahead(given, desk.kit.now(), past=past)
        with desk.writing() as events:
            event = events.find(number)
            _is_not_ruled(desk.kit.library.days, event, given)
            changed = events.edit(event, given, now=desk.kit.now())
            said = [_said(changed), *_doubts(changed.event, desk.kit.now())]
        click.echo("\n".join(said))

    @event.command("open")
    @click.argument("number")
    def open_(number: str) -> None:
        """Show a draft to talents and let them sign up."""
        with desk.writing() as events:
            said = _said(events.open(events.find(number), now=desk.kit.now()))
        click.echo(said)


def _doubts(event: Event, now: datetime) -> list[str]:
    """What was taken as it was said, and may not be what was meant."""
    said = []
    if event.starts_at and event.closes_at and event.closes_at > event.starts_at:
        said.append(f"注意：报名截止 {shown(event.closes_at)} 在开始以后，开始了还能报名")
    late = [kind for kind, due in reminders.times(event).items() if due <= now]
    if late:
        said.append(f"注意：提前 {' '.join(late)} 的提醒时间已经过了，不会发")
    return said


def _moving(event: AppGroup, desk: Opened) -> None:
    @event.command("confirm")
    @click.argument("day")
    @click.argument("year", type=click.IntRange(2020, 2100))
    @click.argument("date", type=_MOMENT)
    @_PAST
    @click.option("--dry-run", is_flag=True, help="Only tell what it would do.")
    def confirm(day: str, year: int, date: tuple[datetime, bool], past: bool, dry_run: bool) -> None:
        """The date of a named day of days.yaml is settled: `flask event confirm talent_day 2027 2027-04-23`.

        Opens the sign-up at once and writes to everybody who asked to be told.
        """
        at, all_day = date
        if at.year != year:
            raise click.ClickException(f"{at:%Y-%m-%d} 不在 {year} 年")
        known = next((each for each in desk.kit.library.days if each.id == day), None)
        if known is None:
            names = "、".join(f"{each.id} {each.name}" for each in desk.kit.library.days)
            raise click.ClickException(f"days.yaml 里没有 {day}；有的是：{names}")
        now = desk.kit.now()
        _ahead({"starts_at": at, "all_day": all_day}, now, past=past)
        if dry_run:
            with desk.reading() as events:
                drafts = [each for each in events.every(known.id) if each.state == "draft"]
                draft = events.named(known.id, year) or (drafts[0] if drafts and known.date == UNKNOWN else None)
                seats = events.seats(draft) if draft else None
            people = seats.going + seats.waiting if seats else 0
            day_ = shown(at, day=all_day)
            click.echo(f"试算：{known.name} 定在 {day_}，开放报名，给登记过的 {people} 人各排一条通知；什么也没有改")
            return
        with desk.writing() as events:
            changed = days.confirm(events, known, year, at, all_day=all_day, now=now)
            said = [f"{_said(changed)}；报名已经开放", *_doubts(changed.event, now)]
        click.echo("\n".join(said))

    @event.command("cancel")
    @click.argument("number")
    @click.option("--why", required=True, help="Told to everybody who signed up.")
    def cancel(number: str, why: str) -> None:
        """Call it off: who signed up is told at once, reminders are dropped."""
        with desk.writing() as events:
            said = _said(events.cancel(events.find(number), why, now=desk.kit.now()))
        click.echo(said)

    @event.command("close")
    @click.argument("number")
    def close(number: str) -> None:
        """Nobody can sign up any more; who did keeps the seat."""
        with desk.writing() as events:
            said = _said(events.close(events.find(number), now=desk.kit.now()))
        click.echo(said)


def _said(changed: Changed) -> str:
    event = changed.event
    told = [f"排上 {len(changed.people)} 条通知"] if changed.people else []
    told += [f"{len(changed.promoted)} 人由候补转为正式"] if changed.promoted else []
    return f"{line(event)}{'；' if told else ''}{'，'.join(told)}"


def line(event: Event) -> str:
    return f"{event.number} {event.title}（{event.state_name}）{shown(event.starts_at, day=event.all_day)}"
