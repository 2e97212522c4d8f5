"""What a handler is handed: the message, where the talk stands, and the few verbs it may use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.message import Message
from bot.reply import Text
from knowledge.entry import Answer
from models.desk import Desk
from models.interest import Interests
from models.person import People

if TYPE_CHECKING:
    from bot.kit import Kit
    from models.db import Unit


# A thousand blanks say no more than one, and cost every pattern that looks around them dearly.
_BLANKS = re.compile(r"\s{2,}")


REST = "more"  # in recall


class Context:
    """Lives for one message. Reading is free; the first use of `desk`, `interests` or `people` takes the write lock.

    A handler may be run again from the start when another message of the same person won the race, so it keeps nothing
    outside the Turn it returns and what it wrote through these verbs.
    """

    def __init__(
        self,
        kit: Kit,
        message: Message,
        *,
        state: str,
        data: Mapping[str, Any],
        recall: Mapping[str, Any],
        now: datetime,
        unit: Unit,
        claim: Callable[[], None],
        lapsed: str = "",
    ) -> None:
        self.kit = kit
        self.message = message
        self.text = _BLANKS.sub(lambda blank: "\n" if "\n" in blank[0] else " ", message.text.strip())
        self.state = state
        self.data = data
        self.recall = recall
        self.now = now
        self.lapsed = lapsed  # the state that was left too long ago, or empty
        self._unit = unit
        self._claim = claim
        self._asked: dict[str, Answer] = {}  # several routes want to know the same

    @property
    def rest(self) -> str:
        """What the last reply had no room for."""
        return str(self.recall.get(REST, ""))

    @property
    def openid(self) -> str:
        return self.message.openid

    def phrase(self, key: str, /, **values: object) -> str:
        """The wording of phrases.yaml with its {placeholders} filled in."""
        return self.kit.library.phrase(key, **values)

    def say(self, key: str, /, **values: object) -> Text:
        return Text(self.phrase(key, **values))

    def ask(self, text: str = "") -> Answer:
        """What the knowledge says to `text` (the message's own by default), given what the talk has been about."""
        said = text or self.text
        known = self._asked.get(said)
        if known is None:
            topic, about = (str(self.recall.get(name) or "") for name in ("topic", "about"))
            known = self._asked[said] = self.kit.library.ask(said, topic, about)
        return known

    @cached_property
    def desk(self) -> Desk:
        """The verbs on tickets, inside this message's transaction."""
        self._claim()
        return self.kit.desk(self._unit)

    @cached_property
    def interests(self) -> Interests:
        self._claim()
        return Interests(self._unit)

    def is_interested(self, item: str) -> bool:
        """Whether they registered for it; reading, without the lock."""
        return Interests(self._unit).has(self.openid, item)

    @cached_property
    def people(self) -> People:
        self._claim()
        return People(self._unit)
