"""Who I am here: what the page greets with, and how it should look."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from bot import contact
from handlers.miniapp.gate import Gate
from handlers.miniapp.shapes import Given, Shown, answers, says
from models import address
from models.talent import Talents


class Me(Shown):
    elder: bool = Field(description="长辈版: larger text, fewer things on a page.")
    following: Literal["service", "miniapp"] = Field(description="By which of our accounts we can reach them.")
    linked: bool = Field(description="Whether we know them in both: the service account and the mini-program.")
    phone: str = Field(description="The number they let us have, its middle hidden; empty: none.")


class Changes(Given):
    elder: bool | None = None


def make(gate: Gate) -> None:
    @gate.route("GET", "/me", answers(Me), tag="我的", summary="我是谁")
    def get_me() -> Response:
        return says(shown(gate, gate.talent().id))

    @gate.route("PUT", "/me", answers(Me), tag="我的", summary="改设置")
    def change_me(body: Changes) -> Response:
        """What is left out stays as it is. No PATCH: wx.request does not know it."""
        if body.elder is not None:
            with gate.kit.db.writing() as unit:
                Talents(unit).look(gate.talent(), elder=body.elder)
        return says(shown(gate, gate.talent().id))


def shown(gate: Gate, talent_id: int) -> Me:
    with gate.kit.db.unit() as unit:
        talents = Talents(unit)
        talent = talents.get(talent_id)
        sealed = talents.row(talent).phone
        reached = address.of(unit, talent)[0].account
    phone = contact.masked(gate.seal.open(sealed)) if sealed else ""
    return Me(elder=talent.elder, following=reached, linked=len(talent.openids) > 1, phone=phone)
