"""Several questions in one message, each answered in its order; one question, however long its story, stays one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot import reply as replies
from bot.conversation import SAID, Context, merged
from bot.private import masked
from bot.reply import Text, Turn
from bot.router import Route
from handlers.chat import citing, manners
from knowledge.entry import Sure
from knowledge.parts import Part, within_reach

_MARKS = "①②③④⑤⑥⑦⑧"
_MOST = 3  # answered in one reply
_LOOKED_AT = 5  # parts that are tried: of a long list the rest is only named, to be asked again
_SHOWN = 40  # characters of a question repeated above its answer
_EXACT = 1.0  # a question that stands in the content word for word is one question
# Who may answer a part. Others do something (登记, 工单), or are courtesies around a question.
_ANSWERING = ("instead", "hours", "hotline", "follow-up", "day", "nearest", "places", "name", "faq")
_CHECKING = ("housing check", "subsidy check")
_COURTESIES = ("hello", "thanks", "bye", "praise", "okay", "face", "who")


@dataclass(frozen=True, slots=True)
class _Told:
    """One part with its answer."""

    part: Part
    turn: Turn
    kind: str  # told | choice | check | unknown | courtesy | untried

    @property
    def answered(self) -> str:
        return self.turn.asked[0].answered if self.turn.asked else self.turn.note


class Several:
    """`find` gives the route of a message that asks one thing."""

    def __init__(self, find: Callable[[Context], Route]) -> None:
        self._find = find

    def fits(self, context: Context) -> bool:
        return bool(self._told(context))

    def answer(self, context: Context) -> Turn:
        told = self._told(context)
        shown = [each for each in told if each.kind != "untried"][:_MOST]
        rest = [each for each in told if each not in shown]
        bodies = [_body(context, place, each, shown) for place, each in enumerate(shown)]
        if rest:
            left = "、".join(f"“{_short(each.part)}”" for each in rest)
            bodies.append(context.phrase("several.rest", questions=left))
        state, data, last = _standing(shown)
        if last is not None and shown[last].kind == "check":
            bodies.append(replies.as_text(shown[last].turn.reply))
        return Turn(
            Text("\n\n".join(_without_repeats(context, bodies))),
            state,
            data,
            recall={**_recall(shown), citing.NUMBER: citing.number(context)},
            note="several " + " ".join(each.answered or each.kind for each in shown),
            asked=tuple(asked for each in shown for asked in each.turn.asked[:1]),
        )

    def _told(self, context: Context) -> list[_Told]:
        key = f"several {context.text}"
        if key not in context.found:
            context.found[key] = self._worked_out(context)
        found: list[_Told] = context.found[key]
        return found

    def _worked_out(self, context: Context) -> list[_Told]:
        if context.message.kind != "text":
            return []
        # Masked before it is cut: a part is repeated to the person, kept and handed on.
        head, beyond = within_reach(masked(manners.without_rude(context)))
        parts = context.kit.library.cut(head)
        if len(parts) < 2 or _is_one(context):
            return []
        told: list[_Told] = []
        recall = context.recall
        for part in parts[:_LOOKED_AT]:
            each = self._tell(context.saying(part.text, recall), part)
            if each is None:
                return []
            if each.kind == "courtesy" or any(each.answered == other.answered for other in told if other.answered):
                continue
            told.append(each)
            recall = merged(recall, {**each.turn.recall, SAID: part.text})
        told = _standing_alone(told)
        untried = [*parts[_LOOKED_AT:], *map(Part, beyond)]
        return [*told, *map(_untried, untried)] if _is_several(told) else []

    def _tell(self, alone: Context, part: Part) -> _Told | None:
        """None when it is no question to be answered beside others."""
        route = self._find(alone)
        if route.name in _COURTESIES:
            return _Told(part, Turn(Text("")), "courtesy")
        if route.name not in (*_ANSWERING, *_CHECKING):
            return None
        return _Told(part, turn := route.do(alone), _kind(turn))


def _untried(part: Part) -> _Told:
    return _Told(part, Turn(Text("")), "untried")


def _is_one(context: Context) -> bool:
    known = context.ask()
    return isinstance(known, Sure) and known.best.score >= _EXACT


def _kind(turn: Turn) -> str:
    if turn.state == "faq:choose":
        return "choice"
    if turn.state in ("subsidy:fact", "housing:fact"):
        return "check"
    return "unknown" if turn.asked and turn.asked[0].decision == "unknown" else "told"


def _standing_alone(told: list[_Told]) -> list[_Told]:
    """What has no answer counts if it stands apart, or if there are two answers and it names a thing of its own."""
    answered = sum(each.kind in ("told", "check") for each in told)
    return [
        each for each in told if each.kind in ("told", "check") or each.part.own or (answered > 1 and each.part.thing)
    ]


def _is_several(told: list[_Told]) -> bool:
    """At least two, and one of them answered."""
    sure = sum(each.kind in ("told", "check") for each in told)
    return len(told) > 1 and sure > 0


def _standing(shown: list[_Told]) -> tuple[str, Any, int | None]:
    """Where the talk goes on: with the questions back first, then a choice, then what could not be answered."""
    for kind in ("check", "choice"):
        for place, each in enumerate(shown):
            if each.kind == kind:
                return each.turn.state, {**each.turn.data, "place": place}, place
    open_ = [each for each in shown if each.kind == "unknown"]
    if open_:
        return "ticket:offered", {"subject": _subject(open_)}, None
    last = shown[-1].turn
    return last.state, last.data, None


def _subject(open_: list[_Told]) -> str:
    return "；".join(each.part.text for each in open_)[: citing.LONGEST_QUESTION]


def _recall(shown: list[_Told]) -> dict[str, Any]:
    """What later messages may refer to is the last part; a ticket is about what stayed open."""
    recall: dict[str, Any] = {}
    for each in shown:
        recall.update(each.turn.recall)
    open_ = [each for each in shown if each.kind == "unknown"]
    if open_:
        recall.update(question=_subject(open_), tried=open_[-1].turn.recall.get("tried", []))
    return {**recall, "misses": None}


def _body(context: Context, place: int, each: _Told, shown: list[_Told]) -> str:
    answer = _answer(context, each, shown)
    return context.phrase("several.part", mark=_MARKS[place], question=_short(each.part), answer=answer)


def _short(part: Part) -> str:
    return part.text if len(part.text) <= _SHOWN else part.text[: _SHOWN - 1] + "…"


def _answer(context: Context, each: _Told, shown: list[_Told]) -> str:
    first = next((other for other in shown if other.kind == each.kind), each)
    match each.kind:
        case "unknown":
            return context.phrase("several.unknown")
        case "check":
            return context.phrase("several.check" if each is first else "several.check_later")
        case "choice" if each is not first or any(other.kind == "check" for other in shown):
            return context.phrase("several.unsure")
        case _:
            return replies.as_text(each.turn.reply)


def _without_repeats(context: Context, bodies: list[str]) -> list[str]:
    """Whom to ask is said once, below the last answer that says it."""
    line = f"\n{citing.contact_line(context)}"
    last = max((place for place, body in enumerate(bodies) if body.endswith(line)), default=-1)
    return [body.removesuffix(line) if place != last else body for place, body in enumerate(bodies)]
