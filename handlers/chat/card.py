"""人才绿卡: a pilot with exactly three benefits, each explained on choice."""

from __future__ import annotations

from bot import reply as replies
from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import choices, citing, commands
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import Entry, Sure

_BENEFITS = ("card_medical", "card_spouse_job", "card_child_school")  # the source names these three and no other
_BARE = Saying(
    """绿卡 人才绿卡 人才卡 办绿卡 绿卡政策 人才绿卡政策""",
    """我 想 问 了解 一下 关于 的 事 吗 呢 请问
    咨询 看看 说说""",
)
_OVERVIEW = ("what", "amount")


def is_card(context: Context) -> bool:
    if _BARE.fits(commands.said(context)):
        return True
    known = context.ask(about=str(context.recall.get("about", "")))
    return isinstance(known, Sure) and known.best.entry.about == "card" and known.best.entry.aspect in _OVERVIEW


def overview(context: Context) -> Turn:
    """The content's answer, and the three benefits to look into."""
    known = context.ask(about=str(context.recall.get("about", "")))
    asked = isinstance(known, Sure) and known.best.entry.about == "card"
    entry = known.best.entry if isinstance(known, Sure) and asked else _what(context)
    turn = citing.show(context, entry)
    names = choices.listed(_names(context))
    body = f"{replies.as_text(turn.reply)}\n\n{context.phrase('card.choose', choices=names)}"
    recall = {**turn.recall, "question": citing.question(context, entry.question)}
    return Turn(Text(body), state="card:benefit", recall=recall, note=turn.note)


def benefit(context: Context) -> Turn | None:
    at = choices.pick(context.text, _names(context))
    if at is None:
        if choices.number(context.text) is None:
            return None
        return Turn(context.say("choice.no_such", most=len(_BENEFITS)), context.state, context.data)
    entry = next(e for e in context.kit.library.content.entries if e.item == _BENEFITS[at])
    turn = citing.show(context, entry)
    body = f"{replies.as_text(turn.reply)}\n\n{context.phrase('card.others')}"
    return Turn(Text(body), state="card:benefit", recall={**turn.recall, "question": entry.question}, note=turn.note)


def _what(context: Context) -> Entry:
    return context.kit.library.siblings("card", "what")[0]


def _names(context: Context) -> list[str]:
    items = [context.kit.library.item(each) for each in _BENEFITS]
    return [item.name for item in items if item]


STEPS = {"card:benefit": Step(benefit)}
