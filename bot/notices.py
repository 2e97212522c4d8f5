"""Notices: a name and its data, owed to a person, and what becomes of them on each way.

Every notice has `title` (20 characters are shown in templates), `when` (ISO time or day, or empty), `note` (short) and
`text` (whole, for customer service). Optional: `url`, `page` (of the mini-program), `menu` ([[id, text], ...], lines to
tap; `tail` stands below them, and they are not numbered where `bare`), `purpose` (the agreement it needs), `event`
(number of the event it is about: reminders go only to who is signed up).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from bot import reply as replies
from bot.reply import Choices, Reply, Text
from config.calendar import SHANGHAI
from config.notices import NAMES, Template
from config.settings import Settings
from models import outbox, outbox_inbox
from models.db import Unit
from models.outbox import Row
from models.outbox_inbox import Happened
from models.talent import GONE, accounts_of

ANSWER = "ticket_answer"  # what the hotline says to a ticket; the rest is news of it
LINKED = "linked"  # two accounts have become one person's
REPLY = "reply"  # the kind of a row that owes an answer and no notice
_HOURS = re.compile(r"time\d*")  # fields of WeChat's kind “time”; its kind “date” takes a day alone
LONGEST_TITLE = 20  # characters that WeChat's templates take
_OF_EVENT = re.compile(r"ticket:(\d+)(?::|$)")
_OF_TICKET = re.compile(r"ticket:(T\d{8}-\d{4,8}):")
_NOTHING = "详见公众号"  # WeChat takes no empty field


def owe(
    unit: Unit,
    name: str,
    openid: str,
    data: Mapping[str, Any],
    *,
    dedup: str,
    now: datetime,
    due_at: datetime | None = None,
    until: datetime | None = None,
    account: str = "service",
) -> None:
    """Owe a notice in the caller's transaction, from `due_at` (now) on, until `until`.

    Raises Clash when `dedup` is owed already.
    """
    body = _body(name, data)
    outbox.add(unit, openid, name, body, dedup=dedup, now=now, due_at=due_at, until=until, account=account)


def owe_all(
    unit: Unit,
    name: str,
    people: Mapping[str, str],
    data: Mapping[str, Any],
    *,
    now: datetime,
    until: datetime | None = None,
) -> list[str]:
    """Owe many people the same: `people` is dedup -> openid. Returns the dedups that were not owed already.

    Each by the account whose openid it is; those who were forgotten are left out.
    """
    body, accounts = _body(name, data), accounts_of(unit, list(people.values()))
    there = {dedup: openid for dedup, openid in people.items() if not openid.startswith(GONE)}
    new = [outbox.New(openid, body, dedup, until, accounts.get(openid, "service")) for dedup, openid in there.items()]
    return outbox.add_all(unit, name, new, now=now)


def _body(name: str, data: Mapping[str, Any]) -> str:
    missing = {"title", "when", "note", "text"} - data.keys()
    if name not in NAMES or missing:
        raise ValueError(f"{name} is no notice, or lacks {sorted(missing)}")
    return json.dumps(dict(data), ensure_ascii=False)


def of_event(event: int) -> str:
    """The dedup of what is owed of an event of a ticket."""
    return f"ticket:{event}"


def of_ticket(number: str, what: str) -> str:
    """The dedup of what is owed of a ticket rather than of one event."""
    return f"ticket:{number}:{what}"


class About(NamedTuple):
    """What a notice is about, by number; empty: nothing of the kind. `unseen`: the event of the ticket that it says,
    where its talent has not seen that on a page; 0: they have, or it is no answer."""

    ticket: str
    event: str
    unseen: int


def about(unit: Unit, rows: Sequence[Row]) -> dict[int, About]:
    """By id of the row."""
    events = {row.id: int(found[1]) for row in rows if (found := _OF_EVENT.match(row.dedup))}
    happened = outbox_inbox.tickets_of(unit, list(events.values()))
    named = {row.id: found[1] for row in rows if (found := _OF_TICKET.match(row.dedup))}
    return {row.id: _about(row, events.get(row.id, 0), happened, named.get(row.id, "")) for row in rows}


def _about(row: Row, event: int, happened: Mapping[int, Happened], named: str) -> About:
    found = happened.get(event)
    unseen = event if found and not found.seen and row.kind == ANSWER else 0
    return About(named or (found.ticket if found else ""), str(data_of(row).get("event") or ""), unseen)


def moves(row: Row) -> bool:
    """Whether it may reach its person by our other account too: not what answers something said in a chat, nor what
    warns whoever has this one."""
    return row.dedup.startswith("ticket:") or row.kind not in (REPLY, LINKED)


def room(settings: Settings, more: str) -> tuple[int, int]:
    """Characters and bytes of one part: any of them may have to end with `more`, the offer of the rest."""
    return settings.reply_chars - len(f"\n{more}"), settings.reply_bytes - len(f"\n{more}".encode())


def data_of(row: Row) -> dict[str, Any]:
    """Empty for an answer."""
    found: dict[str, Any] = {} if row.kind == REPLY else json.loads(row.body)
    return found


def whole(row: Row) -> Reply:
    """The row as one reply, however long."""
    if row.kind == REPLY:
        return replies.parse(row.body)
    data = data_of(row)
    lines = tuple((str(key), str(text)) for key, text in data.get("menu") or ())
    if not lines:
        return Text(data["text"])
    return Choices(data["text"], lines, str(data.get("tail") or ""), bare=bool(data.get("bare")))


class Part(NamedTuple):
    """One message. `said`: so many characters of the row's text are out once it is."""

    reply: Reply
    said: int


def parts(row: Row, characters: int, size: int) -> list[Part]:
    """The messages still to be sent: long texts in pieces of so many characters and bytes; all else whole."""
    reply = whole(row)
    if row.account == "miniapp" and isinstance(reply, Choices):
        reply = Text(replies.as_text(reply))  # its customer service has no lines to tap
    if isinstance(reply, Text):
        return [Part(Text(piece), said) for piece, said in _pieces(reply.body, row, characters, size)]
    if isinstance(reply, Choices):
        pieces = _pieces(reply.head, row, characters, size)
        first = [Part(Text(piece), said) for piece, said in pieces[:-1]]
        return [*first, *(Part(replace(reply, head=piece), said) for piece, said in pieces[-1:])]
    return [] if row.part else [Part(reply, 0)]


def left_to_say(row: Row, characters: int, size: int) -> str:
    """What is not out yet, for a channel that carries text alone; empty for a picture."""
    if not row.part:
        return replies.as_text(whole(row))
    return "\n".join(replies.as_text(each.reply) for each in parts(row, characters, size))


def _pieces(text: str, row: Row, characters: int, size: int) -> list[tuple[str, int]]:
    """Of what is not out yet; an empty text is one empty piece."""
    pieces: list[tuple[str, int]] = []
    rest = text[row.said :]
    while rest:
        head, rest = replies.fit(rest, characters, size)
        pieces += [(head, len(text) - len(rest))] if head else []
    return pieces if pieces or row.part else [(text, len(text))]


def filled(template: Template, data: Mapping[str, Any]) -> dict[str, str] | None:
    """The template's fields; None when it wants a time and the notice has none."""
    when = str(data["when"])
    if "when" in template.fields.values() and not when:
        return None
    values = {"title": str(data["title"]), "note": str(data["note"])}
    said = {
        field: shown(when, hours=_HOURS.fullmatch(field) is not None) if value == "when" else values[value]
        for field, value in template.fields.items()
    }
    return {field: value or _NOTHING for field, value in said.items()}


def shown(when: str, *, hours: bool = False) -> str:
    """An ISO time as people read it, 2027年4月23日 09:00; of a day whose hour is not known, the day.

    `hours`: for a field that WeChat takes no day in without its hours (47003); such a day is told from end to end.
    """
    if not when:
        return ""
    at = datetime.fromisoformat(when)
    at = at.astimezone(SHANGHAI) if at.tzinfo else at
    day = f"{at.year}年{at.month}月{at.day}日"
    if len(when) > len("2027-04-23"):
        return f"{day} {at:%H:%M}"
    return f"{day} 00:00~{day} 23:59" if hours else day
