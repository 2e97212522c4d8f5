"""人才绿卡: a pilot with exactly three benefits, each explained on choice."""

from __future__ import annotations

from dataclasses import replace

from bot import reply as replies
from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import choices, citing, commands
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import Item, Sure

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
    known = context.ask()
    return isinstance(known, Sure) and known.best.entry.about == "card" and known.best.entry.aspect in _OVERVIEW


def overview(context: Context) -> Turn:
    """The content's answer, and the three benefits to look into."""
    known = context.ask()
    if isinstance(known, Sure) and known.best.entry.about == "card":
        turn = citing.show(context, known.best.entry)
    else:
        turn = citing.show_item(context, "talent_green_card")
    body = f"{replies.as_text(turn.reply)}\n\n{context.phrase('card.choose', choices=choices.listed(_names(context)))}"
    recall = {"question": citing.question(context, context.phrase("card.question")), **turn.recall}
    return replace(turn, reply=Text(body), state="card:benefit", recall=recall)


def benefit(context: Context) -> Turn | None:
    at = choices.pick(context.text, _names(context))
    if at is None:
        if choices.number(context.text) is None:
            return None
        return Turn(context.say("choice.no_such", most=len(_items(context))), context.state, context.data)
    turn = citing.show_item(context, _items(context)[at].id)
    body = f"{replies.as_text(turn.reply)}\n\n{context.phrase('card.others')}"
    recall = {**turn.recall, "question": _names(context)[at]}
    return replace(turn, reply=Text(body), state="card:benefit", recall=recall, asked=())


def _items(context: Context) -> list[Item]:
    items = (context.kit.library.item(each) for each in _BENEFITS)
    return [item for item in items if item]


def _names(context: Context) -> list[str]:
    return [item.name for item in _items(context)]


def _choices(context: Context) -> tuple[tuple[str, str], ...]:
    return tuple((item.id, item.name) for item in _items(context))


STEPS = {"card:benefit": Step(benefit, choices=_choices)}
