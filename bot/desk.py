"""The desk with what it tells people: who is answered, asked or kept waiting hears of it from the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from models.db import Unit
from models.desk_join import Joining
from models.history import Deadlines
from models.seal import Seal

UNDO = timedelta(seconds=10)  # within which a reply can be taken back: so long it stays here
Phrase = Callable[..., str]


def dedup(event: int) -> str:
    """Of the outbox row that carries an event of a ticket to the talent."""
    return f"ticket:{event}"


class Serving(Joining):
    """The verbs of Joining; those that concern the talent owe a notice. `phrase`: the library's."""

    def __init__(self, unit: Unit, seal: Seal, deadlines: Deadlines, phrase: Phrase) -> None:
        super().__init__(unit, seal, deadlines)
        self._phrase = phrase
