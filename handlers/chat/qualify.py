"""“我符合条件吗”: an item's conditions against what a person says of themselves, in at most three short questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers import verdict_words
from handlers.chat import choices, citing, commands, whether
from handlers.chat.steps import Step
from knowledge import whose
from knowledge.eligibility import Ask, Verdict, decide
from knowledge.entry import UNSURE, Item
from knowledge.facts import CHOICES, has_some_title, read_choice, read_facts
from knowledge.text import plain

_SELF = re.compile(r"^\s*(?:我|本人)?的?(?:现在|目前)?的?(?:职称|最高学历|学历)?(?:应该|大概|好像)?(?:是|为|:|：)?\s*")
_LONG = 6  # characters from which an answer with a question word in it is a question of its own
_SCHOOL = re.compile(r"大学|学院|大$|985|211")
_STANDING = re.compile(r"在读|在校|还?没有?毕业|[还尚]?未毕业|退休返聘|返聘|退休|还在读")
_ASKS = re.compile(r"[?？吗]|多少|哪|怎么|什么|几时|为啥")


@dataclass(frozen=True, slots=True)
class Check:
    """The questions on one item. `close` says with the verdict's words where the talk goes on."""

    item: str
    topic: str
    state: str
    close: Callable[[Context, str, Verdict], Turn]

    def begin(self, context: Context) -> Turn:
        """Facts told before, or in this very message, are not asked again; each person's are kept apart."""
        return self._start(context, whose.read(context.text))

    def restart(self, context: Context, who: str = whose.ME) -> Turn:
        turn = self._next(context, _data(who, {}), fresh=True)
        return replace(turn, recall={**turn.recall, "facts": None, "other": None}, note="restart")

    def take(self, context: Context) -> Turn | None:
        pending, who = str(context.data["pending"]), str(context.data.get("who", whose.ME))
        told = whose.read(context.text)
        if commands.is_restart(context.text):
            return self.restart(context, who)
        if told.who is not None and _person(told, context.data) != who:
            if whether.is_of_another(told):
                return self._start(context, told, fresh=True)
            if told.who != whose.ME:
                return None
        if whether.is_bare(plain(told.as_mine)):
            return Turn(Text(self.ask(context)), context.state, context.data)
        value = read_choice(pending, told.as_mine) or read_choice(pending, _SELF.sub("", told.as_mine))
        if pending == "title" and has_some_title(told.as_mine):
            if not context.data.get("again"):
                return self._which_title(context)
            value = UNSURE
        if value != UNSURE and len(context.text) > _LONG and _ASKS.search(context.text):
            return None
        if value is None and not told.facts:
            return self._not_understood(context, pending)
        return self._answered(context, told.facts, value)

    def ask(self, context: Context) -> str:
        return _question(context, str(context.data["pending"]), str(context.data.get("who", whose.ME)))

    def back(self, context: Context) -> Turn:
        """The question before this one, its answer forgotten."""
        asked = list(context.data["asked"])
        if not asked:
            return Turn(context.say("flow.left"), note="back")
        again = asked.pop()
        facts = {fact: value for fact, value in context.data["facts"].items() if fact != again}
        data = {**context.data, "facts": facts, "asked": asked, "pending": again}
        return Turn(Text(_question(context, again, str(data.get("who", whose.ME)))), state=self.state, data=data)

    def step(self) -> dict[str, Step]:
        return {self.state: Step(self.take, self.ask, self.back, light=True, choices=self._choices)}

    def _choices(self, context: Context) -> tuple[tuple[str, str], ...]:
        return verdict_words.values(context, str(context.data["pending"]))

    def name(self, context: Context) -> str:
        item = context.kit.library.item(self.item)
        return item.name if item else self.item

    def counting(self, context: Context) -> set[str]:
        """The facts its conditions ask for."""
        item = context.kit.library.item(self.item)
        branches = [branch for tier in item.tiers for branch in tier.any] if item else []
        return {condition.fact for branch in branches for condition in branch.all}

    def _start(self, context: Context, told: whose.Told, *, fresh: bool = False) -> Turn:
        who = _person(told, context.recall.get("other") or {})
        known = _still(_remembered(context, who), told.facts, context.text)
        data = _data(who, {**known, **told.facts})
        data["earlier"] = [fact for fact in known if fact not in {*told.facts, *context.data.get("fresh", ())}]
        data["standing"] = _standing(context.text) or context.data.get("standing", "")
        turn = self._next(context, data, fresh=fresh)
        # A school that was named opens its rank for good, also when the questions are left half-way.
        noted = {"facts": data["facts"]} if who == whose.ME else {}
        asked = () if context.state == self.state else citing.asks(context, "sure", f"check {self.item}")
        return replace(turn, recall={**noted, **turn.recall}, asked=asked)

    def _answered(self, context: Context, told: Mapping[str, str], value: str | None) -> Turn:
        pending, asked = str(context.data["pending"]), list(context.data["asked"])
        given = {**told, **({pending: value} if value else {})}
        known = _still(context.data["facts"], given, context.text)
        earlier = [fact for fact in context.data.get("earlier", []) if fact in known and fact not in given]
        data = {
            **context.data,
            "facts": {**known, **given},
            "asked": [*asked, pending] if value else asked,
            "earlier": earlier,
            "standing": _standing(context.text) or context.data.get("standing", ""),
        }
        return self._next(context, data)

    def _next(self, context: Context, data: dict[str, Any], *, fresh: bool = False) -> Turn:
        item = context.kit.library.item(self.item)
        if item is None:
            return Turn(context.say("citing.gone"), state="ticket:offered")
        verdict = decide(item.tiers, data["facts"], len(data["asked"]))
        if not isinstance(verdict, Ask):
            return self._conclude(context, item, verdict, data)
        under_way = context.state == self.state and not fresh
        start = "" if under_way else self._opening(context, item, data["who"]) + "\n"
        if under_way and context.data["pending"] == verdict.fact:
            start = context.phrase("qualify.noted") + "\n"
        reply = Text(start + _question(context, verdict.fact, data["who"]))
        recall = {
            "topic": self.topic,
            "item": self.item,
            "about": _about(context, self.item),
            "aspect": "who",
            "question": _subject(context, item, data["who"]),
        }
        return Turn(reply, state=self.state, data={**data, "pending": verdict.fact}, recall=recall)

    def _opening(self, context: Context, item: Item, who: str) -> str:
        if who == whose.ME:
            return context.phrase("qualify.start", name=item.name)
        return context.phrase("qualify.start_other", who=verdict_words.person(context, who), name=item.name)

    def _which_title(self, context: Context) -> Turn:
        """They have one and did not say which: asked once more, and no question of the three."""
        reply = f"{context.phrase('qualify.which_title')}\n{self.ask(context)}"
        return Turn(Text(reply), context.state, {**context.data, "again": True}, note="which title")

    def _not_understood(self, context: Context, pending: str) -> Turn | None:
        """A wrong number, or a school's name: whether it is 双一流 is for the person to say, we hold no list."""
        if choices.number(context.text) is not None:
            reply = context.say("choice.no_such", most=len(CHOICES[pending]))
        elif pending == "double_first_class" and _SCHOOL.search(context.text):
            reply = Text(f"{context.phrase('qualify.no_list')}\n{self.ask(context)}")
        else:
            return None
        return Turn(reply, state=self.state, data=context.data)

    def _conclude(self, context: Context, item: Item, verdict: Verdict, data: Mapping[str, Any]) -> Turn:
        who = str(data["who"])
        told = verdict_words.Told(data["facts"], who, tuple(data.get("earlier", ())), str(data.get("standing", "")))
        body = f"{verdict_words.told(context, item, verdict, told)}\n\n{verdict_words.closing(context, item, verdict)}"
        turn = self.close(context, body, verdict)
        facts = {fact: value for fact, value in data["facts"].items() if value != UNSURE}
        subject = _subject(context, item, who)
        recall = {
            **({"other": None, "facts": facts} if who == whose.ME else {"other": {"who": who, "facts": facts}}),
            "item": self.item,
            "topic": self.topic,
            "about": _about(context, self.item),
            "aspect": "who",
            "question": subject,
            "misses": None,
        }
        left = {**turn.data, "subject": subject} if "subject" in turn.data else turn.data
        return Turn(turn.reply, turn.state, left, recall, f"{self.item} {type(verdict).__name__}")


class Which:
    """“我符合条件吗” with nothing to tell what for: the checks there are, to choose from."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self._checks = checks

    def ask(self, context: Context) -> Turn:
        told = whose.read(context.text)
        who = _person(told, context.recall.get("other") or {})
        facts = {**_still(_remembered(context, who), told.facts, context.text), **told.facts}
        recall = {"facts": facts, "other": None} if who == whose.ME else {"other": {"who": who, "facts": facts}}
        return self._offer(context, recall, {"fresh": list(told.facts), "standing": _standing(context.text)})

    def restart(self, context: Context) -> Turn:
        """Everything told is forgotten; the check last made begins again."""
        check = next((check for check in self._checks if check.item == context.recall.get("item")), None)
        return check.restart(context) if check else self._offer(context, {"facts": None, "other": None}, {})

    def is_restart(self, context: Context) -> bool:
        recall = context.recall
        told = recall.get("facts") or recall.get("other") or recall.get("item") in {c.item for c in self._checks}
        return bool(told) and commands.is_restart(context.text)

    def take(self, context: Context) -> Turn | None:
        at = choices.pick(context.text, [check.name(context) for check in self._checks])
        if at is not None:
            return replace(self._checks[at].begin(context), asked=())
        return self.ask(context) if read_facts(context.text) else None

    def step(self) -> dict[str, Step]:
        return {"qualify:which": Step(self.take, choices=self._choices)}

    def _choices(self, context: Context) -> tuple[tuple[str, str], ...]:
        return tuple((check.item, check.name(context)) for check in self._checks)

    def _offer(self, context: Context, recall: dict[str, Any], data: dict[str, Any]) -> Turn:
        names = [check.name(context) for check in self._checks]
        reply = context.say("qualify.which", choices=choices.listed(names))
        asked = citing.asks(context, "sure", "check")
        return Turn(reply, state="qualify:which", data=data, recall=recall, asked=asked)


def _data(who: str, facts: Mapping[str, str]) -> dict[str, Any]:
    return {"who": who, "facts": dict(facts), "asked": []}


def _person(told: whose.Told, other: Mapping[str, Any]) -> str:
    """他 is the one talked about. Nobody named and nothing told (那公寓呢): the same as before."""
    before = str(other.get("who", whose.ME))
    if told.who == whose.SOMEONE:
        return before or whose.SOMEONE
    if told.who is None:
        return whose.ME if told.facts else before
    return told.who


def _remembered(context: Context, who: str) -> dict[str, str]:
    if who == whose.ME:
        return dict(context.recall.get("facts") or {})
    other = context.recall.get("other") or {}
    return dict(other["facts"]) if other.get("who") == who else {}


def _still(known: Mapping[str, str], told: Mapping[str, str], text: str) -> dict[str, str]:
    """What was known, less the school's rank when this message names another school, or another degree."""
    before = known.get("degree")
    another = whether.names_school(text) or (before is not None and told.get("degree", before) != before)
    return {fact: value for fact, value in known.items() if not (another and fact == "double_first_class")}


def _standing(text: str) -> str:
    """在读, 退休返聘: what the conditions say nothing about."""
    found = _STANDING.search(text)
    return found.group() if found else ""


def _subject(context: Context, item: Item, who: str) -> str:
    """Of a ticket that comes of it, also half-way."""
    if who == whose.ME:
        return context.phrase("qualify.question", name=item.name)
    return context.phrase("qualify.question_other", who=verdict_words.person(context, who), name=item.name)


def _question(context: Context, fact: str, who: str = whose.ME) -> str:
    labels = [context.phrase(f"fact.{fact}_{value}") for value in CHOICES[fact]]
    asked = context.phrase(f"qualify.ask_{fact}", choices=choices.listed(labels))
    if who == whose.ME:
        return asked
    return f"{context.phrase('qualify.of_other', who=verdict_words.person(context, who))}\n{asked}"


def _about(context: Context, item: str) -> str | None:
    return next((e.about for e in context.kit.library.content.entries if e.item == item and e.about), None)
