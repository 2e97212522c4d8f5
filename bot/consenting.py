"""Whether somebody agreed that we take what is theirs, and taking that back, with what hangs on it."""

from __future__ import annotations

from datetime import datetime

from bot import news
from bot.events import Announcing, Phrase
from bot.kit import Kit
from models.agreement import Agreements
from models.broadcast import NEWS
from models.db import Unit
from models.talent import Talent, Talents


class NoConsent(Exception):
    """They have not agreed to that purpose, to the words of now: nothing is kept."""

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose)
        self.purpose = purpose


def stands(kit: Kit, unit: Unit, openid: str, purpose: str) -> bool:
    """And goes on standing until the unit ends."""
    return Agreements(unit).has(openid, purpose, kit.privacy().version(purpose), hold=True)


def withdraw(unit: Unit, phrase: Phrase, talent: Talent, purpose: str, *, now: datetime) -> None:
    """Twice changes nothing. The row stays: it proves what was agreed to, and until when. Raises Stale (run again).

    What is on its way when this commits goes out; whatever is sent later asks the agreement first (bot/timely.py).
    """
    unit.lock()
    for openid in talent.all:  # what they said in either app, before the two were known to be one
        if purpose == NEWS:
            news.stop(unit, Announcing(unit, phrase), openid, now=now)
        else:
            Agreements(unit).withdraw(openid, purpose, now=now)
    if purpose == "phone":
        Talents(unit).forget_phone(talent)
