"""“那需要什么材料” after an answer: the same thing, another side of it; “那绿卡呢”: another thing, the same side."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import citing, commands
from knowledge.aspect import NAMES, follow_up, instead
from knowledge.entry import UNKNOWN, Aspect, Item

# “多少钱” asks what one gets, or of a flat what one pays.
_NEAR: dict[Aspect, Aspect] = {"amount": "fee"}


def is_follow_up(context: Context) -> bool:
    return _meant(context) is not None


def answer(context: Context) -> Turn:
    """The sibling entry, else the item's own field, else plainly that the source does not say."""
    about, aspect = _meant(context) or ("", "other")
    library = context.kit.library
    siblings = library.siblings(about, aspect)
    if not siblings and aspect in _NEAR:
        siblings = library.siblings(about, _NEAR[aspect])
    if siblings:
        turn = citing.show(context, siblings[0])
        asked = _asked(context, _thing(context, about, _item(context, about)))
        return replace(turn, recall={**turn.recall, **asked, "aspect": aspect})
    return _without_entry(context, about, aspect)


def _without_entry(context: Context, about: str, aspect: Aspect) -> Turn:
    item = _item(context, about)
    name = _thing(context, about, item)
    entry = next(iter(context.kit.library.siblings(about)), None)
    recall = {**_asked(context, name), "aspect": aspect, "about": about, "item": item.id if item else None}
    recall |= {"topic": entry.topic, "entry": entry.id} if entry else {}
    told = _told(item, aspect) if item else ""
    if item and told:
        body = context.phrase("follow.told", name=item.name, aspect=NAMES[aspect], value=told)
        body = f"{body}\n\n{citing.source_line(context, item.source)}"
        asks = citing.asks(context, "sure", f"{item.id} {aspect}")
        return Turn(Text(body), recall=recall, note=f"{item.id} {aspect}", asked=asks)
    reply = context.say("follow.unknown", name=name, aspect=NAMES.get(aspect, "这一点"))
    data, note = {"subject": recall["question"]}, f"unknown {about} {aspect}"
    return Turn(reply, "ticket:offered", data, recall, note, asked=citing.asks(context, "unknown"))


def _meant(context: Context) -> tuple[str, Aspect] | None:
    """(about, aspect) of a message that leaves one of them to what was said before."""
    said, about = commands.said(context), str(context.recall.get("about") or "")
    aspect = follow_up(said, about)
    if aspect:
        return about, aspect
    kept = str(context.recall.get("aspect") or "")
    if kept not in NAMES or kept == "what":
        return None
    # A bare name is a question of its own, unless only the thing was missing from the one before.
    other = context.kit.library.thing(instead(said) or (said if not about else ""))
    if not other or other == about:
        return None
    return other, next(aspect for aspect in NAMES if aspect == kept)


def _asked(context: Context, thing: str) -> dict[str, str]:
    """“那需要什么材料” alone would puzzle whoever reads the ticket: the thing is named in front."""
    text = citing.question(context).removeprefix("那么").removeprefix("那")
    return {"question": text if thing in text else f"{thing}：{text}"}


def _thing(context: Context, about: str, item: Item | None) -> str:
    if item:
        return item.name
    entry = context.kit.library.entry(str(context.recall.get("entry", "")))
    if entry is None or entry.about != about:
        entry = next(iter(context.kit.library.siblings(about)), None)
    return entry.question.rstrip("？?") if entry else context.phrase("follow.this")


def _item(context: Context, about: str) -> Item | None:
    known = str(context.recall.get("item") or "") if about == context.recall.get("about") else ""
    if not known:
        known = next((entry.item for entry in context.kit.library.siblings(about) if entry.item), "")
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
