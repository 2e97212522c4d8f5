"""What is not typed: voice, pictures, films, links, cards."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace

from bot import reply as replies
from bot.conversation import Context
from bot.reply import Silence, Text, Turn
from handlers.chat import attaching, choices, commands
from handlers.chat.steps import Step
from models.ticket import Ticket

_SHOWN = 3


def is_voice(context: Context) -> bool:
    return context.message.kind == "voice"


def is_picture(context: Context) -> bool:
    return context.message.kind in ("image", "video")


def is_link(context: Context) -> bool:
    return context.message.kind in ("link", "card")


def heard(answer: Callable[[Context], Turn]) -> Callable[[Context], Turn]:
    """Voice with WeChat's own recognition is answered as text, and says what was understood."""

    def voice(context: Context) -> Turn:
        if not context.text:
            return Turn(context.say("media.voice"), note="voice without words")
        typed = copy(context)
        typed.message = replace(context.message, kind="text")
        turn = answer(typed)
        if isinstance(turn.reply, Silence):
            return turn
        body = f"{context.phrase('media.heard', text=context.text)}\n\n{replies.as_text(turn.reply)}"
        return replace(turn, reply=Text(body))

    return voice


def picture(context: Context) -> Turn:
    """Goes to an open ticket if they say so; else kindly declined."""
    tickets = attaching.open_tickets(context)[:_SHOWN]
    if not tickets:
        return Turn(context.say("media.picture"), note="picture without a ticket")
    data = {"kind": context.message.kind, "media_id": context.message.media_id, "numbers": [t.number for t in tickets]}
    return Turn(_offer(context, tickets), state="media:attach", data=data)


def attach(context: Context) -> Turn | None:
    numbers = [str(number) for number in context.data["numbers"]]
    at = choices.pick(context.text, numbers)
    if at is None and len(numbers) == 1 and commands.is_yes(context.text):
        at = 0
    if at is not None:
        return attaching.attach(context, numbers[at], str(context.data["kind"]), str(context.data["media_id"]))
    if commands.is_no(context.text) or choices.is_none(context.text):
        return Turn(context.say("media.not_attached"))
    return None


def link(context: Context) -> Turn:
    return Turn(context.say("media.link"), note=context.message.kind)


def _offer(context: Context, tickets: list[Ticket]) -> Text:
    if len(tickets) == 1:
        return context.say("media.attach_one", number=tickets[0].number, subject=tickets[0].subject)
    rows = choices.listed([f"{ticket.number} {ticket.subject}" for ticket in tickets])
    return context.say("media.attach_which", tickets=rows)


STEPS = {"media:attach": Step(attach)}
