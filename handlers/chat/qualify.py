"""“我符合条件吗”: an item's conditions against what a person says of themselves, in at most three short questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import choices, outcome, whether
from handlers.chat.steps import Step
from knowledge.eligibility import Ask, Verdict, decide
from knowledge.entry import UNSURE, Item
from knowledge.facts import CHOICES, has_some_title, read_choice, read_facts
from knowledge.text import plain

_SELF = re.compile(r"^\s*(?:我|本人)?的?(?:现在|目前)?的?(?:职称|最高学历|学历)?(?:应该|大概|好像)?(?:是|为|:|：)?\s*")
_LONG = 6  # characters from which an answer with a question word in it is a question of its own
_SCHOOL = re.compile(r"大学|学院|大$|985|211")
_ASKS = re.compile(r"[?？吗]|多少|哪|怎么|什么|几时|为啥")


@dataclass(frozen=True, slots=True)
class Check:
    """The questions on one item. `close` adds the next step to the verdict's words and says where the talk goes."""

    item: str
    topic: str
    state: str
    close: Callable[[Context, str, Verdict], Turn]

    def begin(self, context: Context) -> Turn:
        """Facts told before, or in this very message, are not asked again."""
        return self._next(context, {**(context.recall.get("facts") or {}), **read_facts(context.text)}, [])

    def take(self, context: Context) -> Turn | None:
        pending = str(context.data["pending"])
        if whether.is_bare(plain(context.text)):
            return Turn(Text(self.ask(context)), context.state, context.data)
        value = read_choice(pending, context.text) or read_choice(pending, _SELF.sub("", context.text))
        told = read_facts(context.text)
        if pending == "title" and has_some_title(context.text):
            if not context.data.get("again"):
                return self._which_title(context)
            value = UNSURE
        if value != UNSURE and len(context.text) > _LONG and _ASKS.search(context.text):
            return None
        if value is None and not told:
            return self._not_understood(context, pending)
        found = {**context.data["facts"], **told, **({pending: value} if value else {})}
        asked = list(context.data["asked"])
        return self._next(context, found, [*asked, pending] if value else asked)

    def ask(self, context: Context) -> str:
        return _question(context, str(context.data["pending"]))

    def back(self, context: Context) -> Turn:
        """The question before this one, its answer forgotten."""
        asked = list(context.data["asked"])
        if not asked:
            return Turn(context.say("flow.left"), note="back")
        again = asked.pop()
        facts = {fact: value for fact, value in context.data["facts"].items() if fact != again}
        data = {"facts": facts, "asked": asked, "pending": again}
        return Turn(Text(_question(context, again)), state=self.state, data=data)

    def step(self) -> dict[str, Step]:
        return {self.state: Step(self.take, self.ask, self.back, light=True)}

    def name(self, context: Context) -> str:
        item = context.kit.library.item(self.item)
        return item.name if item else self.item

    def counting(self, context: Context) -> set[str]:
        """The facts its conditions ask for."""
        item = context.kit.library.item(self.item)
        branches = [branch for tier in item.tiers for branch in tier.any] if item else []
        return {condition.fact for branch in branches for condition in branch.all}

    def _next(self, context: Context, facts: Mapping[str, str], asked: list[str]) -> Turn:
        item = context.kit.library.item(self.item)
        if item is None:
            return Turn(context.say("citing.gone"), state="ticket:offered")
        verdict = decide(item.tiers, facts, len(asked))
        if not isinstance(verdict, Ask):
            return self._conclude(context, item, verdict, facts)
        start = "" if context.state == self.state else context.phrase("qualify.start", name=item.name) + "\n"
        if context.state == self.state and context.data["pending"] == verdict.fact:
            start = context.phrase("qualify.noted") + "\n"
        data = {"facts": dict(facts), "asked": asked, "pending": verdict.fact}
        reply = Text(start + _question(context, verdict.fact))
        return Turn(reply, state=self.state, data=data, recall={"topic": self.topic, "item": self.item})

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

    def _conclude(self, context: Context, item: Item, verdict: Verdict, facts: Mapping[str, str]) -> Turn:
        turn = self.close(context, outcome.told(context, item, verdict, facts), verdict)
        recall = {
            "facts": {fact: value for fact, value in facts.items() if value != UNSURE},
            "item": self.item,
            "topic": self.topic,
            "about": _about(context, self.item),
            "question": context.phrase("qualify.question", name=item.name),
            "misses": None,
        }
        note = f"{self.item} {type(verdict).__name__}"
        return Turn(turn.reply, turn.state, turn.data, recall, note)


class Which:
    """“我符合条件吗” with nothing to tell what for: the checks there are, to choose from."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self._checks = checks

    def ask(self, context: Context) -> Turn:
        names = [check.name(context) for check in self._checks]
        facts = {**(context.recall.get("facts") or {}), **read_facts(context.text)}
        reply = context.say("qualify.which", choices=choices.listed(names))
        return Turn(reply, state="qualify:which", recall={"facts": facts})

    def take(self, context: Context) -> Turn | None:
        at = choices.pick(context.text, [check.name(context) for check in self._checks])
        if at is not None:
            return self._checks[at].begin(context)
        return self.ask(context) if read_facts(context.text) else None

    def step(self) -> dict[str, Step]:
        return {"qualify:which": Step(self.take)}


def _question(context: Context, fact: str) -> str:
    labels = [context.phrase(f"fact.{fact}_{value}") for value in CHOICES[fact]]
    return context.phrase(f"qualify.ask_{fact}", choices=choices.listed(labels))


def _about(context: Context, item: str) -> str | None:
    return next((e.about for e in context.kit.library.content.entries if e.item == item and e.about), None)
