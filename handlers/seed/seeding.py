"""Fills an empty demo: people, tickets and talks of stories.yaml through the verbs everybody else uses, in their order.

Called by `./manage run` alone. Everything made here is marked 演示; no policy is told but what the content says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot import demo
from bot.desk import Serving
from bot.kit import Kit
from handlers.seed import talks
from handlers.seed.moments import moment
from handlers.seed.people import Cast, engage
from models import demo as once
from models.access import Actor
from models.agreement import Agreements
from models.db import Unit
from models.desk import NewTicket
from models.desk_answer import Said
from models.faq import FaqDrafts
from models.materials import Materials
from models.password import hashed
from models.person import People
from models.stock import Stock
from models.ticket import Ticket

Values = Mapping[str, Any]


class NotTheDemo(Exception):
    """Production is never filled."""


class Step(NamedTuple):
    """`story`: the ticket's place in the file; the one that opens it has no `do`."""

    at: datetime
    story: int
    values: Values


@cache
def stories() -> Values:
    text = (Path(__file__).parent / "stories.yaml").read_text(encoding="utf-8")
    read: Values = yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast as safe_load
    return read


def seed(kit: Kit) -> int:
    """How many tickets were made; 0 when this database was filled before. Raises NotTheDemo."""
    if not kit.settings.demo:
        raise NotTheDemo
    with kit.db.unit() as unit:
        if once.done(unit):
            return 0
    now = kit.now()
    # These two take longer than all the rest: before the lock, for somebody may be waiting to be answered.
    password, found = hashed(demo.password(kit.settings)), talks.look_up(kit, _asked())
    with kit.db.unit() as unit:
        if not once.first(unit):
            return 0
        cast = engage(unit, kit, password, now)
        _talents(unit, now)
        tickets = _Tickets(kit, unit, cast, found)
        for step in _steps(kit, now):
            tickets.play(step)
        numbers = {each.subject: each.number for each in tickets.made.values()}
        talks.seed(unit, kit, stories()["said"], numbers, found, now)
        openids = [openid_of(who) for who in stories()["talents"]]
        once.settle(unit, openids, waiting=openid_of("sun"), dead=openid_of("he"))
        once.touch(unit, now - timedelta(minutes=30))
        unit.commit()
    return len(tickets.made)


def openid_of(who: str) -> str:
    return f"oDemo-{who}"


def talents() -> dict[str, Values]:
    """By their openids."""
    return {openid_of(who): about for who, about in stories()["talents"].items()}


def _asked() -> Iterator[str]:
    """The subjects of the tickets, and what people asked the bot."""
    yield from (story["open"]["subject"] for story in stories()["tickets"])
    yield from (each["text"] for each in stories()["said"])


def _talents(unit: Unit, now: datetime) -> None:
    for number, (who, about) in enumerate(stories()["talents"].items()):
        followed = now - timedelta(days=20 + number)
        People(unit).follow(openid_of(who), scene="演示", now=followed)
        if about.get("news"):
            Agreements(unit).give(openid_of(who), "news", how="chat", now=followed)
        if about.get("left"):
            People(unit).leave(openid_of(who), now=now - timedelta(days=1))


def _steps(kit: Kit, now: datetime) -> list[Step]:
    """All that happened to all tickets, in the order of time."""

    def told() -> Iterator[Step]:
        for number, story in enumerate(stories()["tickets"]):
            for values in (story["open"], *story.get("then", ())):
                yield Step(moment(str(values["at"]), now, kit.calendar()), number, values)

    return sorted(told(), key=lambda step: step.at)


class _Tickets:
    def __init__(self, kit: Kit, unit: Unit, cast: Cast, found: talks.Found) -> None:
        self._kit, self._unit, self._cast, self._found = kit, unit, cast, found
        self._desk: Serving = kit.desk(unit)
        self._now = kit.now()
        self.made: dict[int, Ticket] = {}
        first: Actor = cast["lead"]
        for each in stories()["canned"]:
            Stock(unit).add(first, each["title"], each["text"], "", now=self._now, demo=True)

    def play(self, step: Step) -> None:
        if "do" not in step.values:
            self.made[step.story] = self._open(step)
            return
        ticket, by = self.made[step.story], step.values["by"]
        verb = getattr(self, f"_{step.values['do']}", None)
        if verb is None:
            self._plain(ticket, self._cast[by], step)
        else:
            verb(ticket, self._cast.get(by), step)

    def _open(self, step: Step) -> Ticket:
        told = step.values
        about = stories()["talents"][told["who"]]
        source = told.get("source", "chat")
        by = {"phone": "agent2", "walkin": "agent2", "missed": "agent"}.get(source)
        callback = told.get("callback")
        new = NewTicket(
            told["subject"],
            told["subject"],
            kind=told["kind"],
            topic=told.get("topic", ""),
            contact=about["phone"],
            tried=talks.tried(self._found[told["subject"]]),
            source=source,
            urgency=told.get("urgency", "normal"),
            confidential=told.get("confidential", False),
            caller=about["name"],
            callback_at=None if callback is None else self._now + timedelta(minutes=callback),
            demo=True,
        )
        openid = "" if by else openid_of(told["who"])
        return self._desk.open(openid, new, now=step.at, by=self._cast[by].key if by else "talent")

    def _text(self, step: Step) -> Said:
        """What stands in the content, or neutral words."""
        text = str(step.values.get("text", ""))
        entry = self._kit.library.entry(text.removeprefix("=")) if text.startswith("=") else None
        return Said(text) if entry is None else Said(entry.answer.strip(), cites=[entry.id])

    def _plain(self, ticket: Ticket, by: Actor, step: Step) -> None:
        """A verb that takes an actor and a reason, or nothing more."""
        verb = getattr(self._desk, step.values["do"])
        text = step.values.get("text")
        verb(ticket, by, *([text] if text and step.values["do"] != "sign" else []), now=step.at)

    def _dispatch(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.dispatch(ticket, by, step.values["unit"], why=step.values["text"], now=step.at)

    def _supervise(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.supervise(ticket, by, True, why=step.values["text"], now=step.at)

    def _interim(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.interim(ticket, by, self._text(step), now=step.at)

    def _answer(self, ticket: Ticket, by: Actor, step: Step) -> None:
        said = self._text(step)
        event = self._desk.answer(ticket, by, said, now=step.at)
        question = step.values.get("draft")
        if question:
            form = self._kit.library.canonical(question)
            FaqDrafts(self._unit).add(
                ticket, event, by, form=form, question=f"{question}（演示）", answer=said.text, now=step.at
            )

    def _ask(self, ticket: Ticket, by: Actor, step: Step) -> None:
        wanted = step.values["materials"]
        self._desk.ask(ticket, by, self._text(step), materials=wanted, now=step.at)
        Materials(self._unit).want(ticket.id, wanted, by.id, now=step.at)

    def _note(self, ticket: Ticket, by: Actor, step: Step) -> None:
        mentions = [self._cast[who].id for who in step.values.get("mentions", ())]
        self._desk.note(ticket, by, step.values["text"], mentions=mentions, now=step.at)

    def _call(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.call(ticket, by, step.values["outcome"], step.values["text"], now=step.at)

    def _callback(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.callback(ticket, by, self._now + timedelta(minutes=step.values["in"]), now=step.at)

    def _ask_extension(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.ask_extension(ticket, by, step.values["days"], step.values["text"], now=step.at)

    def _card(self, ticket: Ticket, by: None, step: Step) -> None:
        self._desk.card(ticket, step.values["colour"], now=step.at)

    def _invite(self, ticket: Ticket, by: None, step: Step) -> None:
        self._desk.invite(ticket, "clock", now=step.at)

    def _close(self, ticket: Ticket, by: Actor, step: Step) -> None:
        self._desk.close(ticket, by.key, why=step.values["text"], now=step.at)

    def _reopen(self, ticket: Ticket, by: None, step: Step) -> None:
        self._desk.reopen(ticket, "talent", step.values["text"], now=step.at)

    def _withdraw(self, ticket: Ticket, by: None, step: Step) -> None:
        self._desk.withdraw(ticket, now=step.at)

    def _merge(self, ticket: Ticket, by: Actor, step: Step) -> None:
        into = next(each for each in self.made.values() if each.subject == step.values["into"])
        self._desk.merge(ticket, into, by, why=step.values["text"], now=step.at)

    def _rate(self, ticket: Ticket, by: None, step: Step) -> None:
        """A low one is to be made good (差评整改): the lead takes that on."""
        self._desk.rate(ticket, step.values["rating"], step.values.get("text", ""), now=step.at)
        made = self._desk.follower(ticket)
        if made is not None:
            self.made[1000 + ticket.id] = made
            self._desk.accept(made, self._cast["lead"], now=min(self._now, step.at + timedelta(minutes=10)))
