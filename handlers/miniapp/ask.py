"""A question asked on a page: it walks the same way as one in the chat, and what was decided is read from its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from bot import reply as replies
from bot.deadline import Deadline
from bot.message import Message
from bot.question import USEFUL, USELESS, left_open
from bot.wechat.codec import clean
from handlers.miniapp import cited
from handlers.miniapp.cited import Entry, Link
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Given, Posted, QuestionId, Shown, Words, answers, says
from handlers.miniapp.tapping import offers_staff, tapped
from handlers.speaking import Speaker, Voice
from models import message as messages
from models import question as questions
from models.db import Unit
from models.message import Answered
from models.question import Question

_TAG = "提问"
_LONGEST = 1000
_NUMBERED = re.compile(r"^\d{1,2}\. (.+)$")
Decision = Literal["answer", "choices", "unknown", "other"]


class Asking(Given):
    """One of the two. `choice`: an entry that was offered; the same as to ask its question."""

    text: Annotated[Words, Field(max_length=_LONGEST)] = ""
    choice: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,64}$")] = ""


class Choice(Shown):
    id: str = Field(description="An entry's, an item's or a value's; \"none\": none of them.")
    text: str = Field(description="What it says, and what to send as `text` when it is tapped.")


class Said(Shown):
    key: QuestionId = Field(description="For the feedback on it, and for the ticket it is handed over with.")
    decision: Decision = Field(
        description=(
            "answer; choices: tap one; unknown: no reliable answer; "
            "other: no question for the content (another office's matter, a greeting, a command)."
        )
    )
    text: str = Field(
        description="As the chat says it, without markup, "
        "and without the lines that `choices` and the sources of `entries` hold."
    )
    links: list[Link]
    entries: list[Entry] = Field(description="What answered, one for each question of the message that has an entry.")
    item: str | None = Field(description="The service item it is about.")
    choices: list[Choice]
    offers_ticket: bool = Field(description="Whether it offers to hand the question to staff.")


class QuestionKey(Given):
    key: QuestionId


class Verdict(Given):
    useful: bool


class Thanked(Shown):
    text: str
    offers_ticket: bool


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("POST", "/ask", answers(Said, more=(409,)), tag=_TAG, summary="提问", consent="service")
    def post_ask(header: Posted, body: Asking) -> Response:
        text = _text(gate, body)
        key = gate.begun(header, body)
        gate.pipeline.handle(_message(gate, key, text), Deadline())
        with kit.db.unit() as unit:
            stored, asked = messages.answered(unit, key), questions.of(unit, key)
        if stored is None:  # the key is as old as the rows of questions are kept
            raise Refused(409, "key_used", "这个问题已经问过，请换一个 Idempotency-Key 再问", "Idempotency-Key")
        return says(_said(Voice(kit, kit.now()), key, stored, asked))

    @gate.route(
        "POST",
        "/ask/<key>/feedback",
        answers(Thanked, more=(409,)),
        tag=_TAG,
        summary="有用，没用",
        consent="service",
    )
    def post_feedback(path: QuestionKey, header: Posted, body: Verdict) -> Response:
        with gate.posting(header, body) as post:
            _learn(gate, post.unit, path.key, useful=body.useful)
            said = kit.library.phrase("feedback.useful" if body.useful else "feedback.useless")
            text = tapped(Voice(kit, kit.now()), said, asking=True)
            return post.says(Thanked(text=text, offers_ticket=not body.useful))


def _text(gate: Gate, body: Asking) -> str:
    if body.choice:
        entry = gate.kit.library.entry(body.choice)
        if entry is None or body.text:
            raise Refused(422, "invalid", "没有这个选项" if entry is None else "不要同时写问题和选项", "choice")
        return entry.question
    text = clean(body.text).strip()
    if not text:
        raise Refused(422, "invalid", "请写想问的事", "text")
    return text


def _message(gate: Gate, key: str, text: str) -> Message:
    talent, now = gate.talent(), gate.kit.now()
    return Message(
        key=key,
        openid=talent.openid,
        account="",
        kind="text",
        sent_at=int(now.timestamp()),
        text=text,
        page=talent.app,
    )


def _said(speaker: Speaker, key: str, stored: Answered, asked: list[Question]) -> Said:
    offers = json.loads(stored.offers)
    choices = [Choice(id=each, text=text) for each, text in offers["choices"]]
    found = [speaker.kit.library.entry(each.answered) for each in asked] or [speaker.kit.library.entry(stored.note)]
    entries = [cited.entry(speaker, each) for each in found if each]
    whole = replies.as_text(replies.parse(stored.reply)) if stored.reply else ""
    text, links = cited.untied(tapped(speaker, _without(whole, choices, entries), choices=bool(choices), asking=True))
    return Said(
        key=key,
        decision=_decision([each.decision for each in asked], bool(entries), bool(choices)),
        text=text,
        links=links,
        entries=entries,
        item=_item(speaker, asked, entries),
        choices=choices,
        offers_ticket=offers["state"] == "ticket:offered" or (not entries and offers_staff(speaker, text)),
    )


def _decision(decisions: list[str], has_entry: bool, has_choices: bool) -> Decision:
    """Of several questions the best one tells."""
    if has_entry or ("sure" in decisions and not has_choices):
        return "answer"
    if has_choices:
        return "choices"
    return "unknown" if "unknown" in decisions else "other"


def _item(speaker: Speaker, asked: list[Question], entries: list[Entry]) -> str | None:
    """Also of what no entry answered: a check of its conditions, or one of its fields."""
    words = (word for each in asked for word in each.answered.split())
    known = (word for word in words if speaker.kit.library.item(word))
    return next((each.item for each in entries if each.item), None) or next(known, None)


def _without(text: str, choices: list[Choice], entries: list[Entry]) -> str:
    """The text without the lines that say the same as the choices, numbered, and as the sources. A line that is not
    quite the same stays: it is told twice, and nothing is lost."""
    offered, sources = {each.text for each in choices}, {each.source.said for each in entries}
    lines = [line for line in text.split("\n") if line not in sources]
    kept = [line for line in lines if not ((found := _NUMBERED.match(line)) and found[1] in offered)]
    return "\n".join(kept).strip()


def _learn(gate: Gate, unit: Unit, key: str, *, useful: bool) -> None:
    """Noted where the chat notes it: on the questions nothing answered, else on all; of a pick on what was asked."""
    asked = asked_with(unit, gate.talent().all, key)
    if asked is None:
        raise Refused(404, "not_found", "没有找到这个问题")
    for place in left_open([each.decision for each in asked]):
        questions.learn(unit, asked[place].message, place, "verdict", USEFUL if useful else USELESS, gate.kit.now())


def asked_with(unit: Unit, openids: Sequence[str], key: str) -> list[Question] | None:
    """The questions of that message of theirs by place; of a tapped choice, those that offered it. None: not theirs, or
    not kept any more."""
    stored = messages.answered(unit, key)
    if stored is None or stored.openid not in openids:
        return None
    if found := questions.of(unit, key):
        return found
    offered = questions.picked(unit, openids, stored.note, stored.at)
    return questions.of(unit, offered) if offered else []
