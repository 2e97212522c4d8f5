"""Questions of every kind: a sure answer, a short choice, whose matter it is, or an honest “don't know”."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot import reply as replies
from bot.conversation import Context
from bot.private import names_papers
from bot.question import NONE_PICKED, Decision
from bot.reply import Text, Turn
from handlers.chat import choices, citing, commands, manners
from handlers.chat.steps import Step
from knowledge.aspect import follow_up
from knowledge.entry import Answer, Candidate, Entry, Maybe, NotKnown, NotOurs, Sure
from knowledge.text import clauses

# After an answer that was none, “那材料呢” must not go back to what was talked about before.
NOTHING = dict.fromkeys(("entry", "about", "item", "topic", "aspect"))
_SOMETHING = "something"  # an about, whatever it be
_HAN = re.compile(r"[\u3400-\u9fff]")
_OFFERED = 3
_KEPT = 5  # candidates noted with the question
_LONGEST_NAME = 12
_STORY = 40
_LAST_CLAUSES = 2
_SHORTEST_QUESTION = 6


def answer(context: Context) -> Turn:
    """What the knowledge says to the message as it stands."""
    known = _known(context)
    tried = [[each.entry.id, round(each.score, 3)] for each in known.ranked[:_OFFERED]]
    recall = {**citing.recalled(context, manners.without_rude(context)), "tried": tried}
    candidates = tuple((each.entry.id, each.score) for each in known.ranked[:_KEPT])
    decision, answered, turn = _decided(context, known, recall)
    if names_papers(context.text):
        turn = replace(turn, reply=Text(f"{replies.as_text(turn.reply)}\n\n{context.phrase('faq.no_papers')}"))
    return replace(turn, asked=citing.asks(context, decision, answered, candidates))


def _decided(context: Context, known: Answer, recall: dict[str, Any]) -> tuple[Decision, str, Turn]:
    match known:
        case Sure(best):
            return "sure", best.entry.id, _sure(context, best, recall)
        case Maybe(offered):
            return "maybe", "", _maybe(context, [each.entry for each in offered], recall)
        case NotOurs():
            return "outside", f"outside {known.outside.id}", _not_ours(context, known, recall)
        case NotKnown():
            return "unknown", "", unknown(context, recall)


def _unknown_after_ticket(context: Context, recall: dict[str, Any]) -> Turn:
    """“还有，我去年也没报”: who has just handed in a ticket may be going on with it."""
    number = str(context.recall["ticket"])
    data = {"number": number, "text": context.desk.seal(context.text)}
    return Turn(context.say("faq.unknown_after_ticket", number=number), "progress:offered", data, recall, "unknown")


def is_name(context: Context) -> bool:
    """Nothing but the name of a thing we know: 人才公寓, 驿站, 娄山英才计划."""
    return _named(context) is not None


def about(context: Context) -> Turn:
    """What the named thing is."""
    entry = _named(context)
    if entry is None:
        return answer(context)
    turn = citing.show(context, entry)
    return replace(turn, recall={**turn.recall, "question": citing.question(context)})


def unknown(context: Context, recall: dict[str, Any]) -> Turn:
    """Says so and offers a person; the second time in a row more plainly."""
    misses = int(context.recall.get("misses", 0)) + 1
    if misses == 1 and context.recall.get("ticket"):
        return _unknown_after_ticket(context, {**recall, "misses": misses})
    if _is_noise(context):  # no ticket is worth it
        return Turn(context.say("faq.not_read"), recall={"misses": misses}, note="unknown")
    key = "faq.unknown" if misses == 1 else "faq.unknown_again"
    return Turn(
        context.say(key),
        state="ticket:offered",
        data={"subject": recall["question"]},
        recall={**recall, "misses": misses, **NOTHING},
        note="unknown",
    )


def _is_noise(context: Context) -> bool:
    """asdfgh, 啊啊啊啊: no question that a person could answer either."""
    said = commands.said(context)
    return bool(said) and (_HAN.search(said) is None or len(said) > len(set(said)) == 1)


def _named(context: Context) -> Entry | None:
    said = commands.said(context)
    if not 1 < len(said) <= _LONGEST_NAME:
        return None
    return context.kit.library.named(said)


def _known(context: Context) -> Answer:
    """Of a long story the last clauses are asked alone too: people tell first and ask then."""
    said = manners.without_rude(context)
    known = context.ask(said)
    if isinstance(known, Sure) or len(said) <= _STORY:
        return known
    last = [context.ask(clause) for clause in clauses(said)[-_LAST_CLAUSES:] if len(clause) >= _SHORTEST_QUESTION]
    return next((each for each in reversed(last) if isinstance(each, Sure)), known)


def _sure(context: Context, best: Candidate, recall: dict[str, Any]) -> Turn:
    turn = citing.show(context, best.entry)
    state = "housing:offered" if best.entry.item == "apartment_interest" else ""
    return replace(turn, state=state, recall={**recall, **turn.recall}, score=best.score)


def _maybe(context: Context, entries: list[Entry], recall: dict[str, Any]) -> Turn:
    abouts = {entry.about for entry in entries}
    aspect = follow_up(commands.said(context), _SOMETHING)
    if aspect:  # 要什么材料: only the thing is missing
        recall = {**recall, **NOTHING, "aspect": aspect}
    return Turn(
        _offer(context, entries),
        state="faq:choose",
        data={"entries": [entry.id for entry in entries], "question": recall["question"]},
        recall={**recall, "about": abouts.pop(), "item": None} if len(abouts) == 1 else recall,
        note="maybe " + " ".join(entry.id for entry in entries),
    )


def _offer(context: Context, entries: list[Entry]) -> Text:
    if len(entries) == 1:
        return context.say("faq.maybe_one", question=entries[0].question)
    return context.say("faq.maybe", choices=choices.listed([entry.question for entry in entries]))


def _not_ours(context: Context, known: NotOurs, recall: dict[str, Any]) -> Turn:
    outside = known.outside
    general = context.kit.office().hotline.general
    reply = context.say("faq.outside", name=outside.name, whose=outside.whose, general=general)
    return Turn(reply, recall={**recall, **NOTHING}, note=f"outside {outside.id}")


def choose(context: Context) -> Turn | None:
    """The state after a choice was offered."""
    # One that was taken out of force since keeps its place: the numbers are those that were shown.
    entries = [context.kit.library.entry(each) for each in context.data["entries"]]
    if choices.is_none(context.text) or commands.is_no(context.text):
        data = {"subject": context.data["question"]}
        learnt = context.learnt("picked", NONE_PICKED, int(context.data.get("place", 0)))
        return Turn(context.say("faq.none_fits"), state="ticket:offered", data=data, note="none fits", learnt=learnt)
    at = choices.pick(context.text, [entry.question if entry else "" for entry in entries])
    if at is None and len(entries) == 1 and commands.is_yes(context.text):
        at = 0
    if at is not None:
        entry = entries[at]
        if entry is None:
            data = {"subject": context.data["question"]}
            return Turn(context.say("citing.gone"), state="ticket:offered", data=data, note="choice gone")
        learnt = context.learnt("picked", entry.id, int(context.data.get("place", 0)))
        return replace(citing.show(context, entry), asked=(), learnt=learnt)
    if choices.number(context.text) is not None:
        reply = context.say("choice.no_such", most=len(entries))
        return Turn(reply, state=context.state, data=context.data, note="no such choice")
    return None


def _choices(context: Context) -> tuple[tuple[str, str], ...]:
    entries = (context.kit.library.entry(each) for each in context.data["entries"])
    offered = [(entry.id, entry.question) for entry in entries if entry]
    return (*offered, ("none", context.phrase("page.none")))


STEPS = {"faq:choose": Step(choose, choices=_choices)}
