"""What a handler is handed: the message, where the talk stands, and the few verbs it may use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot import consenting, timely
from bot.consenting import NoConsent
from bot.desk import Serving
from bot.entering import Entering, Why
from bot.events import Announcing
from bot.message import Message
from bot.question import Learnt, Outcome
from bot.reach import Reach, reach
from bot.reply import Text
from knowledge.entry import Answer
from models.agreement import Agreements
from models.consent import Consents
from models.interest import Interests
from models.person import People
from models.programme import Programme
from models.seal import Seal
from models.talent import Talent, Talents

if TYPE_CHECKING:
    from bot.kit import Kit
    from models.db import Unit


# A thousand blanks say no more than one, and cost every pattern that looks around them dearly.
_BLANKS = re.compile(r"\s{2,}")


REST = "more"  # in recall
SAID = "said"  # in recall: the question last asked, as it was put
ASKED = "asked"  # in recall: [message key, places] of the questions last asked


class Context:
    """Lives for one message. Reading is free; the first use of a verb (`desk`, `people` ...) takes the write lock.

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
        across: bool = False,
    ) -> None:
        self.kit = kit
        self.message = message
        self.text = _BLANKS.sub(lambda blank: "\n" if "\n" in blank[0] else " ", message.text.strip())
        self.state = state
        self.data = data
        self.recall = recall
        self.now = now
        self.lapsed = lapsed  # the state that was left too long ago, or empty
        self.across = across  # what was said last was said elsewhere: on a page, and this in a chat, or the other way
        self._unit = unit
        self._claim = claim
        self._asked: dict[tuple[str, str, str], Answer] = {}  # several routes want to know the same
        self.found: dict[str, Any] = {}  # what a route worked out while it looked whether it fits

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
        key = (said, str(self.recall.get("topic") or ""), str(self.recall.get("about") or ""))
        known = self._asked.get(key)
        if known is None:
            known = self._asked[key] = self.kit.library.ask(*key)
        return known

    def saying(self, text: str, recall: Mapping[str, Any]) -> Context:
        """The same message as if it had said only `text`, with no flow under way, in a talk about `recall`."""
        other = copy(self)
        other.text, other.recall = text, recall
        other.state, other.data, other.found = "", {}, {}
        return other

    def learnt(self, what: Outcome, value: str, place: int | None = None) -> tuple[Learnt, ...]:
        """What this message says about the questions asked last, or the one at `place` of them."""
        return learnt_of(self.recall.get(ASKED), what, value, place)

    @cached_property
    def desk(self) -> Serving:
        """The verbs on tickets, inside this message's transaction."""
        self._claim()
        return self.kit.desk(self._unit)

    @property
    def source(self) -> str:
        """Of a ticket opened here: whose openid it carries."""
        if self.message.app == "miniapp":
            return "miniapp"
        return "page" if self.message.page else "chat"

    @property
    def asked(self) -> str:
        """The key of the message whose questions were asked last, or empty."""
        return str(self.recall[ASKED][0]) if self.recall.get(ASKED) else ""

    @property
    def unit(self) -> Unit:
        """For looking only; what is written goes by the verbs."""
        return self._unit

    @cached_property
    def tickets(self) -> Serving:
        """The same for looking, without the lock."""
        return self.kit.desk(self._unit)

    @cached_property
    def interests(self) -> Interests:
        self._claim()
        return Interests(self._unit)

    @cached_property
    def openids(self) -> tuple[str, ...]:
        """Theirs in both of our accounts, once they are known to be one person: by which rows of record are read."""
        return (self.openid,) if self._talent is None else self._talent.all

    @property
    def holder(self) -> str:
        """The openid under which stands what a person has once: sign-ups, interests, agreements."""
        return self.openid if self._talent is None else self._talent.openid

    @cached_property
    def _talent(self) -> Talent | None:
        """Reading, without the lock; None: nobody who ever came by a page."""
        return Talents(self._unit).of(self.openid)

    def is_interested(self, item: str) -> bool:
        """Whether they registered for it; reading, without the lock."""
        return Interests(self._unit).of(self.openids, item)

    @cached_property
    def events(self) -> Announcing:
        """What people do with events; see `programme` for looking."""
        self._claim()
        return Announcing(self._unit, self.kit.library.phrase)

    @cached_property
    def programme(self) -> Programme:
        """Events and who signed up; reading, without the lock."""
        return Programme(self._unit)

    def reach(self, notice: str, at: datetime) -> Reach:
        """Whether a notice of that name could be sent at that time, as things stand now; reading, without the lock."""
        account = self.message.app if self._talent is None else self._talent.app
        return reach(self.kit, self._unit, self.holder, notice, account=account, now=at)

    @cached_property
    def consents(self) -> Consents:
        self._claim()
        return Consents(self._unit)

    @cached_property
    def agreements(self) -> Agreements:
        self._claim()
        return Agreements(self._unit)

    def agrees(self, purpose: str) -> bool:
        """Whether they agreed to hear from us for it; reading, without the lock."""
        return Agreements(self._unit).has(self.holder, purpose)

    def keeps_numbers(self) -> bool:
        """Whether a telephone number of theirs may be kept: in a chat always, where they leave it by themselves; on a
        page with their consent to it, in the words of now. That goes on standing until this message is done."""
        return not self.message.page or consenting.stands(self.kit, self._unit, self.openid, "phone")

    def needs_number(self) -> None:
        """Before one is kept. Raises NoConsent: the page asks them then, and sends the message again."""
        if not self.keeps_numbers():
            raise NoConsent("phone")

    def drop_owed(self, purpose: str, reason: str) -> None:
        """What they are still owed for that agreement, they are not told any more."""
        self._claim()
        timely.drop_of(self._unit, self.holder, purpose, reason)

    @cached_property
    def entering(self) -> Entering:
        """Who they are at our other doors."""
        self._claim()
        return self._entering

    def why_not_linked(self, code: str) -> Why | None:
        """Why that code would not make them one with somebody, None: it would. A try, once a message; no lock."""
        message, memory = self.message, self.kit.memory
        return self._entering.look(self.openid, message.app, code, memory, self.now, once=message.key)

    @cached_property
    def _entering(self) -> Entering:
        return Entering(self._unit, Seal(self.kit.settings.secret_key), self.phrase)

    @cached_property
    def people(self) -> People:
        self._claim()
        return People(self._unit)


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What a turn recalls, laid over what was recalled before."""
    return {key: value for key, value in {**old, **new}.items() if value is not None}


def learnt_of(asked: Any, what: Outcome, value: str, place: int | None = None) -> tuple[Learnt, ...]:
    """`asked`: [message key, places], as kept in recall; nothing when there is none."""
    if not asked:
        return ()
    return (Learnt(str(asked[0]), tuple(asked[1]) if place is None else (place,), what, value),)
