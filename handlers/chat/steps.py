"""One step of a conversation: what it takes, how it asks, and what 返回 means there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation import Context
from bot.message import Kind
from bot.reply import Turn
from bot.router import Choosing

Take = Callable[[Context], Turn | None]


@dataclass(frozen=True, slots=True)
class Step:
    """`take` returns None for what is no answer to this step.

    With `ask` (its question, short) the person is in the middle of something: another question is answered, and then
    they are reminded. Without it the step was only an offer, and any other message simply passes it by.
    `light`: leaving it loses nothing the person typed, and is told with the phrase `put_aside`. `by_word`: the offer
    is taken up by a word that works anywhere (工单, 登记), so it may stand below an answer given in the middle of
    something else. `choices`: what may be tapped where there are buttons.
    """

    take: Take
    ask: Callable[[Context], str] | None = None
    back: Callable[[Context], Turn] | None = None
    kinds: frozenset[Kind] = field(default=frozenset({"text", "voice"}))
    light: bool = False
    put_aside: str = "flow.put_aside"
    choices: Choosing = lambda _: ()
    by_word: bool = False
