"""How an answer is laid out: what it says, what the source leaves open, where it stands, and whom to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot import contact, footer
from bot.conversation import Context
from bot.private import masked
from bot.question import Asked, Decision
from bot.reply import Text, Turn
from config.calendar import SHANGHAI
from knowledge.entry import UNKNOWN, Entry, Source

LONGEST_QUESTION = 120
NUMBER = "number"  # in recall: a mobile number that stood in the question, sealed


def show(context: Context, entry: Entry) -> Turn:
    """An entry's answer, and what later messages may refer to."""
    recall = {
        "entry": entry.id,
        "about": entry.about or None,
        "item": entry.item or None,
        "topic": entry.topic,
        "aspect": entry.aspect,
    }
    asked = asks(context, "sure", entry.id, ((entry.id, 1.0),))
    return Turn(Text(laid_out(context, entry)), recall={**recall, "misses": None}, note=entry.id, asked=asked)


def show_item(context: Context, item_id: str) -> Turn:
    """What a service item is: the entry on it, else the item's own summary; an admin may have removed either."""
    library = context.kit.library
    item = library.item(item_id)
    entry = next((e for e in library.content.entries if e.item == item_id and e.aspect == "what"), None)
    if entry is not None:
        turn = show(context, entry)
        return replace(turn, recall={**turn.recall, "question": question(context, entry.question)})
    if item is None:
        return Turn(context.say("citing.gone"), state="ticket:offered", data={"subject": question(context)})
    body = f"{item.name}：{item.summary}。\n{item.status_note}。\n\n{source_line(context, item.source)}"
    recall = {"item": item.id, "topic": item.topic, "question": question(context, item.name)}
    return Turn(Text(body), recall=recall, note=item.id, asked=asks(context, "sure", item.id))


def asks(
    context: Context, decision: Decision, answered: str = "", candidates: tuple[tuple[str, float], ...] = ()
) -> tuple[Asked, ...]:
    """The message as the one question it asks; a tapped menu asks none."""
    return (Asked(context.text, decision, answered, candidates),) if context.text else ()


def question(context: Context, otherwise: str = "") -> str:
    """What was asked, as a later ticket will quote it."""
    return masked(context.text)[:LONGEST_QUESTION] or otherwise


def recalled(context: Context, text: str) -> dict[str, Any]:
    """A question for a later ticket, and the number to call back on that stood in the message."""
    return {"question": masked(text)[:LONGEST_QUESTION], NUMBER: number(context)}


def number(context: Context) -> str | None:
    """The mobile number in the message, sealed."""
    found = contact.within(context.text) if context.keeps_numbers() else None
    return context.desk.seal(found) if found else None


def laid_out(context: Context, entry: Entry) -> str:
    return footer.with_footer(context.phrase, context.kit.office().hotline, entry, _today(context))


def source_line(context: Context, source: Source) -> str:
    return footer.source_line(context.phrase, source, _today(context))


def contact_line(context: Context, contact: str = "") -> str:
    return footer.contact_line(context.phrase, context.kit.office().hotline, contact)


def unit_name(context: Context, unit: str) -> str:
    units = context.kit.office().units
    return units[unit].name if unit in units and unit != UNKNOWN else ""


def _today(context: Context) -> date:
    return context.now.astimezone(SHANGHAI).date()
