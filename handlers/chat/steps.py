"""One step of a conversation: what it takes, how it asks, and what 返回 means there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation import Context
from bot.message import Kind
from bot.reply import Turn

Take = Callable[[Context], Turn | None]


@dataclass(frozen=True, slots=True)
class Step:
    """`take` returns None for what is no answer to this step.

    With `ask` (its question, short) the person is in the middle of something: another question is answered, and then
    they are reminded. Without it the step was only an offer, and any other message simply passes it by.
    """

    take: Take
    ask: Callable[[Context], str] | None = None
    back: Callable[[Context], Turn] | None = None
    kinds: frozenset[Kind] = field(default=frozenset({"text", "voice"}))
