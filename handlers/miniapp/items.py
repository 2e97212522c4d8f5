"""Service items: conditions, materials, steps; whether one meets the conditions; hearing when a planned one opens."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from handlers import verdict_words
from handlers.miniapp import cited, paging
from handlers.miniapp.cited import EntryRow, Named, Source, Unit
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import From, Given, Page, Posted, Shown, Words, answers, says
from handlers.miniapp.tapping import tapped
from handlers.speaking import Speaker, Voice
from knowledge import aspect
from knowledge.eligibility import Ask, CannotTell, Met, Miss, NotMet, Verdict, decide
from knowledge.entry import Aspect, Item
from models.db import Unit as Work
from models.interest import Interests

_TAG = "事项"
Status = Literal["open", "planned", "building", "pilot", "closed", "unknown"]
Mode = Literal["online", "full_agency", "door_to_door"]


class Wanted(From):
    topic: Annotated[Words, Field(max_length=64)] = ""


class ItemRow(Shown):
    id: str
    topic: str
    name: str
    summary: str
    status: Status
    status_said: str
    checkable: bool = Field(description="Whether its conditions can be gone through.")
    awaited: bool = Field(
        description="Announced and not open, or the registering for what is: one may register to hear when it opens."
    )


class Fact(Shown):
    name: str = Field(description="What people call it: 金额, 地点 ...")
    value: str | None = Field(description="null: the source does not say.")


class Lines(Shown):
    name: str = Field(description="What people call them: 条件, 材料 ...")
    lines: list[str] = Field(description="None: the source does not say.")


class Basis(Shown):
    document: str
    number: str | None = Field(description="文号; null: the source does not say.")


class ItemDetail(ItemRow):
    status_note: str = Field(description="Why it stands so, in the source's terms.")
    modes: list[Mode]
    department: Unit | None
    conditions: Lines
    materials: Lines
    steps: Lines
    amount: Fact
    where: Fact
    time_limit: Fact
    fee: Fact
    phone: Fact
    basis: list[Basis]
    source: Source
    entries: list[EntryRow] = Field(description="The questions on it.")
    interested: bool | None = Field(description="Whether they registered; null without a login.")


class Facts(Given):
    """What is known of the person; `unsure`: asked, and they do not know."""

    degree: Literal["other", "bachelor", "master", "doctor", "unsure"] | None = None
    title: Literal["none", "junior", "intermediate", "associate_senior", "senior", "unsure"] | None = None
    double_first_class: Literal["no", "yes", "unsure"] | None = None
    urgently_needed: Literal["no", "yes", "unsure"] | None = None
    recruited: Literal["local", "flexible", "introduced", "unsure"] | None = None


class Checking(Given):
    facts: Facts = Facts()


class Value(Shown):
    value: str
    text: str


class Question(Shown):
    fact: str
    text: str
    choices: list[Value]


class Reason(Shown):
    branch: str = Field(description="A way to qualify that is closed.")
    fact: str
    have: str = Field(description="What they have instead.")


class Checked(Shown):
    result: Literal["met", "not_met", "ask", "not_sure"]
    text: str = Field(description="As the chat says it, with the clause and its document; of `ask` the question.")
    question: Question | None = Field(description="Of `ask`: answer it and send all facts again.")
    tier: str | None
    clause: str | None = Field(description="Of `met`: the source's wording for the way they qualify.")
    reasons: list[Reason] = Field(description="Of `not_met`.")
    missing: list[str] = Field(description="Facts in words that would settle it, or lift them to a better tier.")


class Interested(Shown):
    interested: bool
    text: str


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/items", answers(Page[ItemRow]), tag=_TAG, summary="服务事项", anybody=True)
    def get_items(query: Wanted) -> Response:
        items = [each for each in kit.library.content.items if not query.topic or each.topic == query.topic]
        some, after = paging.cut(items, query, lambda each: each.id)
        voice = Voice(kit, kit.now())
        return says(Page[ItemRow](items=[_row(voice, each) for each in some], next=after))

    @gate.route("GET", "/items/<id>", answers(ItemDetail), tag=_TAG, summary="一个事项", anybody=True)
    def get_item(path: Named) -> Response:
        item = _item(gate, path)
        return says(_detail(Voice(kit, kit.now()), item, _is_interested(gate, item)))

    @gate.route("POST", "/items/<id>/check", answers(Checked, more=(409,)), tag=_TAG, summary="对照条件", anybody=True)
    def check_item(path: Named, header: Posted, body: Checking) -> Response:
        """Nothing is kept of it: what was answered so far comes with every question."""
        gate.same(header, body)
        facts: dict[str, str] = body.facts.model_dump(exclude_none=True)
        item = _item(gate, path)
        return says(_checked(Voice(kit, kit.now()), item, facts, decide(item.tiers, facts, len(facts))))

    @gate.route(
        "PUT", "/items/<id>/interest", answers(Interested, more=(409,)), tag=_TAG, summary="登记意向", consent="service"
    )
    def put_interest(path: Named) -> Response:
        item, talent = kit.library.registered(_item(gate, path)), gate.talent()

        def registers(unit: Work) -> None:
            if not item.is_awaited:
                raise Refused(409, "nothing_awaited", kit.library.phrase("page.nothing_awaited", name=item.name))
            Interests(unit).register(talent.openid, item.id, note="", now=kit.now(), others=talent.all)

        gate.working(registers)
        return says(Interested(interested=True, text=kit.library.phrase("page.registered", name=item.name)))

    @gate.route("DELETE", "/items/<id>/interest", answers(Interested), tag=_TAG, summary="撤回意向")
    def delete_interest(path: Named) -> Response:
        item = kit.library.registered(_item(gate, path))
        with kit.db.writing() as unit:
            Interests(unit).withdraw(gate.talent().all, item.id)
        return says(Interested(interested=False, text=kit.library.phrase("page.withdrawn", name=item.name)))


def _item(gate: Gate, path: Named) -> Item:
    found = gate.kit.library.item(path.id)
    if found is None:
        raise Refused(404, "not_found", "没有找到这个事项")
    return found


def _is_interested(gate: Gate, item: Item) -> bool | None:
    session = gate.session()
    if session is None:
        return None
    with gate.kit.db.unit() as unit:
        return Interests(unit).of(session.talent.all, gate.kit.library.registered(item).id)


def _row(speaker: Speaker, item: Item) -> ItemRow:
    return ItemRow(
        id=item.id,
        topic=item.topic,
        name=item.name,
        summary=item.summary,
        status=item.status,
        status_said=speaker.phrase(f"status.{item.status}"),
        checkable=bool(item.tiers),
        awaited=speaker.kit.library.registered(item).is_awaited,
    )


def _detail(speaker: Speaker, item: Item, interested: bool | None) -> ItemDetail:
    entries = speaker.kit.library.content.entries
    return ItemDetail(
        **_row(speaker, item).model_dump(),
        status_note=tapped(speaker, item.status_note),
        modes=list(item.modes),
        department=cited.unit(speaker, item.department),
        conditions=_lines(speaker, item.conditions, "who"),
        materials=_lines(speaker, item.materials, "materials"),
        steps=_lines(speaker, item.steps, "how"),
        amount=_fact(speaker, item.amount, "amount"),
        where=_fact(speaker, item.where, "where"),
        time_limit=_fact(speaker, item.time_limit, "time_limit"),
        fee=_fact(speaker, item.fee, "fee"),
        phone=_fact(speaker, item.phone, "contact"),
        basis=[Basis(document=each.document, number=cited.known(each.number)) for each in item.basis],
        source=cited.source(speaker, item.source),
        entries=[cited.row(speaker, each) for each in entries if each.item == item.id],
        interested=interested,
    )


def _fact(speaker: Speaker, value: str, of: Aspect) -> Fact:
    return Fact(name=aspect.NAMES[of], value=tapped(speaker, cited.known(value) or "") or None)


def _lines(speaker: Speaker, lines: tuple[str, ...], of: Aspect) -> Lines:
    return Lines(name=aspect.NAMES[of], lines=[tapped(speaker, line) for line in lines if cited.known(line)])


def _checked(speaker: Speaker, item: Item, facts: dict[str, str], verdict: Verdict) -> Checked:
    said = Checked(result="not_sure", text="", question=None, tier=None, clause=None, reasons=[], missing=[])
    if isinstance(verdict, Ask):
        question = _question(speaker, verdict.fact)
        return said.model_copy(update={"result": "ask", "text": question.text, "question": question})
    compared = verdict_words.told(speaker, item, verdict, verdict_words.Told(facts))
    said.text = f"{compared}\n\n{_closing(speaker, item, verdict)}"
    match verdict:
        case Met(tier, branch, better):
            said.result, said.tier, said.clause = "met", tier.name, branch.clause or branch.name
            said.missing = _names(speaker, better)
        case NotMet(reasons):
            said.result, said.reasons = "not_met", [_reason(speaker, miss, facts) for miss in reasons]
        case CannotTell(missing):
            said.missing = _names(speaker, missing)
    return said


def _closing(speaker: Speaker, item: Item, verdict: Verdict) -> str:
    if item.is_awaited:  # one registers on the same page
        return speaker.phrase("page.check_awaited", name=item.name)
    return tapped(speaker, verdict_words.closing(speaker, item, verdict))


def _question(speaker: Speaker, fact: str) -> Question:
    choices = [Value(value=value, text=text) for value, text in verdict_words.values(speaker, fact)]
    return Question(fact=fact, text=tapped(speaker, speaker.phrase(f"qualify.ask_{fact}", choices="")), choices=choices)


def _reason(speaker: Speaker, miss: Miss, facts: dict[str, str]) -> Reason:
    fact = miss.condition.fact
    return Reason(branch=miss.branch.name, fact=fact, have=speaker.phrase(f"fact.{fact}_{facts[fact]}"))


def _names(speaker: Speaker, facts: tuple[str, ...]) -> list[str]:
    return [speaker.phrase(f"fact.{fact}") for fact in facts]
