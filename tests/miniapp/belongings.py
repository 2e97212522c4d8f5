"""What somebody has who has been with us for a while, for walks and fuzzing by what is theirs and what is not."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from phones import Phones

import staffing
from activities import code_of, hold
from bot.desk import UNDO
from bot.kit import Kit
from models.desk_answer import Said
from models.files import Files
from models.login import Logins
from models.seal import Seal

HERS = "津贴批了半年一直没有到账"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


class Hers:
    """What 小林 has: a ticket answered with a picture and one not yet answered, a file in it and one not yet, a
    question, notices, a sign-up to come, one under way and one that is over, a login. `values`: by what an address
    names."""

    def __init__(self, phones: Phones, kit: Kit, name: str = "小林") -> None:
        self.phones, self.kit = phones, kit
        self.her = phones.agreeing(name, "miniapp", *kit.privacy().purposes)
        self.event, self.begins, self.over = (self._event(hours) for hours in (268, 3, 1))
        self.uploads = [self._up(), self._up()]
        self.asked = self.her.said("POST", "/ask", {"text": HERS})["key"]
        self.number = self.ticket(HERS, contact="13985210000", uploads=self.uploads[:1])
        self.waits = self.ticket("还想问问人才公寓")
        picture = self._answered()
        phones.clock.at += timedelta(hours=3, seconds=1)
        with kit.db.unit() as unit:
            login = Logins(unit).find(self.her.token, kit.now())
        assert login is not None
        self.values = {
            "ticket": [self.number, self.waits],
            "file": [*self.uploads, picture],
            "upload": self.uploads,
            "question": [self.asked],
            "login": [str(login.login.id)],
            "event": [self.event, self.begins, self.over],
            "item": [each.id for each in kit.library.content.items[:1]],
            "entry": [kit.library.content.entries[0].id],
            "purpose": ["news"],
            "docs": ["nothing.css"],
        }

    def code(self) -> str:
        """To check in to what is under way."""
        return code_of(self.kit, self.begins)

    def _event(self, hours: int) -> str:
        event = hold(self.kit, after=timedelta(hours=hours))
        self.her.said("PUT", f"/events/{event}/signup", {"remind": True})
        return event

    def ticket(self, text: str, **more: object) -> str:
        """Hand one in; its number."""
        return str(self.her.said("POST", "/tickets", {"text": text, **more})["ticket"]["number"])

    def answered(self, number: str) -> None:
        """Staff have answered, and she can see it."""
        with staffing.serving(self.kit, number) as (desk, ticket):
            desk.answer(ticket, staffing.AGENT, Said("已经办好了"), now=self.kit.now())
        self.phones.clock.at += UNDO

    def _answered(self) -> str:
        with staffing.serving(self.kit, self.number) as (desk, ticket):
            put = Files(desk._unit, Seal(self.kit.settings.secret_key)).put
            picture = put(ticket, staffing.AGENT.id, "她的银行卡.png", PNG, now=self.kit.now())
            desk.answer(ticket, staffing.AGENT, Said("下周一发放给她", (picture.id,)), now=self.kit.now())
            return picture.name

    def _up(self) -> str:
        answer = self.her.post("/uploads", data={"file": (BytesIO(PNG), "她的银行卡.png")})
        assert answer.json is not None
        return str(answer.json["data"]["name"])
