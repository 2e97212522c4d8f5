"""“那需要什么材料” after an answer: the same thing, another side of it."""

from __future__ import annotations

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import citing, commands
from knowledge.aspect import follow_up
from knowledge.entry import UNKNOWN, Aspect, Item

_NAMES: dict[Aspect, str] = {
    "what": "具体内容",
    "who": "条件",
    "amount": "金额",
    "how": "办理步骤",
    "materials": "材料",
    "where": "地点",
    "when": "时间",
    "time_limit": "时限",
    "fee": "费用",
    "contact": "联系方式",
    "progress": "进展",
    "why": "原因",
}
# “多少钱” asks what one gets, or of a flat what one pays.
_NEAR: dict[Aspect, Aspect] = {"amount": "fee"}


def is_follow_up(context: Context) -> bool:
    return _aspect(context) is not None


def answer(context: Context) -> Turn:
    """The sibling entry, else the item's own field, else plainly that the source does not say."""
    aspect, about = _aspect(context) or "other", str(context.recall.get("about", ""))
    siblings = context.kit.library.siblings(about, aspect)
    if not siblings and aspect in _NEAR:
        siblings = context.kit.library.siblings(about, _NEAR[aspect])
    if siblings:
        turn = citing.show(context, siblings[0])
        return Turn(turn.reply, recall={**turn.recall, **_asked(context)}, note=turn.note)
    item = _item(context)
    told = _told(item, aspect) if item else ""
    if item and told:
        body = context.phrase("follow.told", name=item.name, aspect=_NAMES[aspect], value=told)
        body = f"{body}\n\n{citing.source_line(context, item.source)}"
        return Turn(Text(body), recall=_asked(context), note=f"{item.id} {aspect}")
    reply = context.say("follow.unknown", name=_thing(context, item), aspect=_NAMES.get(aspect, "这一点"))
    data = {"subject": _asked(context)["question"]}
    return Turn(reply, state="ticket:offered", data=data, recall=_asked(context), note=f"unknown {about} {aspect}")


def _aspect(context: Context) -> Aspect | None:
    return follow_up(commands.said(context), str(context.recall.get("about", "")))


def _asked(context: Context) -> dict[str, str]:
    """“那需要什么材料” alone would puzzle whoever reads the ticket: the thing is named in front."""
    thing = _thing(context, _item(context))
    text = citing.question(context).removeprefix("那么").removeprefix("那")
    return {"question": text if thing in text else f"{thing}：{text}"}


def _thing(context: Context, item: Item | None) -> str:
    if item:
        return item.name
    entry = context.kit.library.entry(str(context.recall.get("entry", "")))
    return entry.question.rstrip("？?") if entry else context.phrase("follow.this")


def _item(context: Context) -> Item | None:
    known = str(context.recall.get("item", ""))
    return context.kit.library.item(known) if known else None


def _told(item: Item, aspect: Aspect) -> str:
    lists = {"who": item.conditions, "materials": item.materials, "how": item.steps}
    if aspect in lists:
        return "\n".join(f"{at}. {line}" for at, line in enumerate(lists[aspect], 1))
    fields = {
        "what": item.summary,
        "amount": item.amount,
        "where": item.where,
        "time_limit": item.time_limit,
        "fee": item.fee,
        "contact": item.phone,
        "progress": item.status_note,
        "when": item.status_note,
    }
    value = fields.get(aspect, UNKNOWN)
    return "" if value == UNKNOWN else value
