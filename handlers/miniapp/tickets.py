"""Tickets on a page: what one has handed in, what was answered, and everything one may do about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from bot import contact, matter
from bot.akin import LIKELY, Typed, ranked
from bot.desk import Serving
from bot.kit import Kit
from bot.private import masked
from bot.standing import May, Standing
from config import worktime
from handlers.miniapp import ask
from handlers.miniapp.gate import Gate
from handlers.miniapp.once import Post
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import From, Given, Page, Posted, QuestionId, Shown, Words, answers, says
from handlers.miniapp.ticket_page import TicketPage, TicketRow, Told, rows
from models import question
from models.db import Unit
from models.desk import BadMove, NewTicket, NoSuchTicket
from models.desk_after import WORDS
from models.files import MOST_OF_A_REPLY
from models.files import Refused as Unkept
from models.question import Question
from models.talent import Talents
from models.ticket import Ticket, TicketEvent
from models.upload import Gone, Uploads

_TAG = "工单"
_AKIN_AMONG = 50  # of their newest
_OFFERED = 3
MOST = 20  # of one person within a day
_DAY = timedelta(days=1)
Kind = Literal["question", "help", "complaint", "suggestion", "unpaid", "agency"]
Name = Annotated[str, Field(pattern=r"^[\w-]{16,64}$")]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_OF_A_REPLY)]
Contact = Annotated[Words, Field(max_length=60)]


class Number(Given):
    number: Annotated[str, Field(pattern=r"^T\d{8}-\d{4,8}$", max_length=16)]


class Reachable(Given):
    contact: Contact = ""
    """Where to ring them up; read as in the chat: a mobile or fixed number, an address, a WeChat name."""
    my_phone: bool = False
    """Instead of `contact`: the number they proved to us."""


class New(Reachable):
    kind: Kind | None = None
    """null: by what the text says."""
    text: Annotated[Words, Field(min_length=2, max_length=matter.DETAIL)]
    subject: Annotated[Words, Field(max_length=matter.SUBJECT)] = ""
    """Empty: the first sentence of the text."""
    topic: Annotated[str, Field(pattern=r"^[a-z0-9_-]*$", max_length=32)] = ""
    confidential: bool = False
    call_me: bool = False
    """They want to be rung up; it needs a contact."""
    uploads: Names = ()
    question_key: QuestionId | None = None
    """Of the question that was not answered well enough: `key` of POST /ask."""


class Message(Given):
    text: Annotated[Words, Field(max_length=matter.DETAIL)] = ""
    uploads: Names = ()


class Stars(Given):
    stars: Annotated[int, Field(ge=1, le=5)]
    words: Annotated[Words, Field(max_length=WORDS)] = ""


class Why(Given):
    words: Annotated[Words, Field(max_length=matter.DETAIL)] = ""


class Remark(Given):
    words: Annotated[Words, Field(min_length=1, max_length=WORDS)]


class Bare(Given):
    """No more than the address says."""


class Opened(Shown):
    ticket: TicketPage
    akin: list[TicketRow] = Field(description="Open ones of theirs that are likely the same matter.")


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/tickets", answers(Page[TicketRow]), tag=_TAG, summary="我的工单，新的在前")
    def list_tickets(query: From) -> Response:
        talent = gate.talent()
        with kit.db.unit() as unit:
            desk = kit.desk(unit)
            before = theirs(gate, desk, query.after).id if query.after else None
            found = desk.listed(talent.all, before=before, limit=query.limit + 1)
            items = rows(desk, unit, talent, found[: query.limit], kit.now())
        return says(Page(items=items, next=items[-1].number if len(found) > query.limit else None))

    @gate.route("POST", "/tickets", answers(Opened, more=(409,)), tag=_TAG, summary="提交工单", consent="service")
    def open_ticket(header: Posted, body: New) -> Response:
        with gate.posting(header, body) as post:
            ticket = _open(gate, post.unit, body)
            desk, talent, now = kit.desk(post.unit), gate.talent(), kit.now()
            alike = rows(desk, post.unit, talent, _akin(kit, desk, talent.all, ticket), now)
            return post.says(Opened(ticket=Told(kit, post.unit, talent).page(ticket), akin=alike))

    @gate.route("GET", "/tickets/<string:number>", answers(TicketPage), tag=_TAG, summary="工单和往来的话")
    def get_ticket(path: Number) -> Response:
        """Opening it is seeing it: what it shows cannot be taken back by staff any more."""
        with kit.db.unit() as unit:
            ticket = theirs(gate, kit.desk(unit), path.number)
            told = Told(kit, unit, gate.talent())
            if told.newest(ticket) <= ticket.seen:
                return says(told.page(ticket))
        return says(kit.db.doing(lambda unit: _seen(gate, unit, path.number)))

    _messages(gate)
    _after(gate)


def _messages(gate: Gate) -> None:
    kit, routed = gate.kit, answers(TicketPage, more=(409,))

    @gate.route("POST", "/tickets/<string:number>/messages", routed, tag=_TAG, summary="补充内容", consent="service")
    def add_message(path: Number, header: Posted, body: Message) -> Response:
        if not body.text and not body.uploads:
            raise Refused(422, "invalid", "写点内容，或者放一个文件", "text")
        with gate.posting(header, body) as post:
            return _done(gate, post, path.number, "message", lambda desk, held: _add(gate, post, desk, held, body))

    @gate.route("POST", "/tickets/<string:number>/contact", routed, tag=_TAG, summary="留下回电号码", consent="service")
    def leave_contact(path: Number, header: Posted, body: Reachable) -> Response:
        with gate.posting(header, body) as post:
            number = _contact(gate, post.unit, body)
            if not number:
                raise Refused(422, "invalid", "请留下号码", "contact")
            return _done(gate, post, path.number, "contact", lambda desk, held: desk.reach(held, number, now=kit.now()))

    @gate.route("POST", "/tickets/<string:number>/withdraw", routed, tag=_TAG, summary="撤销工单")
    def withdraw_ticket(path: Number, header: Posted, body: Bare) -> Response:
        with gate.posting(header, body) as post:
            return _done(gate, post, path.number, "withdraw", lambda desk, held: desk.withdraw(held, now=kit.now()))


def _after(gate: Gate) -> None:
    """What may be done after the answer."""
    kit, routed = gate.kit, answers(TicketPage, more=(409,))

    @gate.route("POST", "/tickets/<string:number>/rating", routed, tag=_TAG, summary="评价，一次", consent="service")
    def rate_ticket(path: Number, header: Posted, body: Stars) -> Response:
        with gate.posting(header, body) as post:
            said = masked(body.words)
            return _done(
                gate, post, path.number, "rate", lambda desk, held: desk.rate(held, body.stars, said, now=kit.now())
            )

    @gate.route(
        "POST", "/tickets/<string:number>/comment", routed, tag=_TAG, summary="评价后留言，一次", consent="service"
    )
    def comment_ticket(path: Number, header: Posted, body: Remark) -> Response:
        with gate.posting(header, body) as post:
            said = masked(body.words)
            return _done(gate, post, path.number, "comment", lambda desk, held: desk.remark(held, said, now=kit.now()))

    @gate.route(
        "POST", "/tickets/<string:number>/unsolved", routed, tag=_TAG, summary="没解决，重新办理", consent="service"
    )
    def reopen_ticket(path: Number, header: Posted, body: Why) -> Response:
        with gate.posting(header, body) as post:
            said = masked(body.words)
            return _done(
                gate, post, path.number, "unsolved", lambda desk, held: desk.reopen(held, "talent", said, now=kit.now())
            )


def theirs(gate: Gate, desk: Serving, number: str, *, hold: bool = False) -> Ticket:
    """Raises 404, also for other people's."""
    try:
        return desk.theirs(gate.talent().all, number, hold=hold)
    except NoSuchTicket:
        raise Refused(404, "not_found", "没有找到这个工单") from None


def _seen(gate: Gate, unit: Unit, number: str) -> TicketPage:
    return _shown(gate, unit, theirs(gate, gate.kit.desk(unit), number, hold=True))


def _shown(gate: Gate, unit: Unit, ticket: Ticket) -> TicketPage:
    """Of one that is held: they have seen now what it shows."""
    told = Told(gate.kit, unit, gate.talent())
    gate.kit.desk(unit).see(ticket, told.newest(ticket))
    return told.page(ticket)


def _done(gate: Gate, post: Post, number: str, may: May, does: Callable[[Serving, Ticket], object]) -> Response:
    """The ticket after that verb, if its talent may do it now."""
    unit, kit = post.unit, gate.kit
    desk = kit.desk(unit)
    ticket = theirs(gate, desk, number, hold=True)
    stands = Standing(unit, desk, kit.library.phrase, gate.talent().all, kit.now())
    try:
        if may not in stands.may(ticket):
            raise BadMove(stands.name(ticket))
        does(desk, ticket)
    except BadMove as fault:
        rated = may == "rate" and ticket.rating is not None
        text = "这个工单已经评价过了" if rated else f"工单现在是“{fault.state_name}”，不能这样操作"
        raise Refused(409, "not_now", text) from None
    return post.says(_shown(gate, unit, ticket))


def _open(gate: Gate, unit: Unit, body: New) -> Ticket:
    kit, talent, now = gate.kit, gate.talent(), gate.kit.now()
    given, text = _contact(gate, unit, body) or _written(gate, unit, body.text), masked(body.text)
    if body.call_me and not given:
        raise Refused(422, "invalid", "要回电，请留下号码", "contact")
    asked = (ask.asked_with(unit, talent.all, body.question_key) if body.question_key else None) or []
    source = "miniapp" if talent.app == "miniapp" else "callback" if body.call_me else "page"
    new = NewTicket(
        subject=masked(body.subject) or matter.summary(text),
        detail=text,
        kind=body.kind or matter.kind_of(f"{body.subject}\n{text}"),
        topic=body.topic,
        contact=given,
        tried=_tried(asked),
        source=source,
        confidential=body.confidential,
        callback_at=worktime.on_duty(kit.calendar(), now) or now if body.call_me else None,
    )
    if kit.desk(unit).count_since(talent.all, now - _DAY) >= MOST:
        raise Refused(429, "too_many_tickets", "今天提交的工单太多了，请补充到原来的工单里，或者明天再提交")
    ticket = kit.desk(unit).open(talent.openid, new, now=now)
    for place, each in enumerate(asked):
        question.learn(unit, each.message, place, "ticket", ticket.number, now)
    _hand_in(gate, unit, kit.desk(unit).events(ticket)[0], body.uploads)
    return ticket


def _add(gate: Gate, post: Post, desk: Serving, ticket: Ticket, body: Message) -> None:
    event = desk.send(ticket, masked(body.text), now=gate.kit.now())
    _hand_in(gate, post.unit, event, body.uploads)


def _hand_in(gate: Gate, unit: Unit, event: TicketEvent, names: Sequence[str]) -> None:
    try:
        Uploads(unit, gate.seal, gate.talent().id).hand_in(event, names)
    except Gone:
        raise Refused(422, "no_such_upload", "有的文件已经不在了，请重新放一次", "uploads") from None
    except Unkept as fault:
        raise Refused(409, "too_many_files", str(fault), "uploads") from None


def _contact(gate: Gate, unit: Unit, body: Reachable) -> str:
    """Empty: they left none."""
    if body.my_phone or body.contact:
        gate.agreed(unit, "phone")
    if body.my_phone:
        sealed = Talents(unit).row(gate.talent()).phone
        if not sealed:
            raise Refused(422, "no_phone", "还没有授权手机号", "my_phone")
        return gate.seal.open(sealed)
    found = contact.given(body.contact)
    if body.contact and not found:
        raise Refused(422, "invalid", "号码好像不完整，请再看一下", "contact")
    return found


def _written(gate: Gate, unit: Unit, text: str) -> str:
    """A number in the text, of somebody who agreed that we keep one; it is hidden there in any case."""
    return (contact.within(text) or "") if gate.has_agreed(unit, "phone") else ""


def _tried(asked: Sequence[Question]) -> str:
    """What the bot offered to the first question, as tickets keep it."""
    best = json.loads(asked[0].candidates)[:_OFFERED] if asked else []
    return json.dumps([[entry, round(score, 3)] for entry, score in best], ensure_ascii=False)


def _akin(kit: Kit, desk: Serving, openids: Sequence[str], ticket: Ticket) -> list[Ticket]:
    others = [each for each in desk.listed(openids, limit=_AKIN_AMONG) if each.is_open and each.id != ticket.id]
    this = Typed(ticket.subject, ticket.detail, ticket.topic)
    return [other for other, how in ranked(this, others, kit.library.canonical) if how >= LIKELY]
