"""Being one person in the service account and in the mini-program, by a code shown here and typed there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from bot.entering import Entering, NotLinked, Why
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Given, Posted, Shown, answers
from models import address
from models.db import Unit
from models.linking import LIFE

_TAG = "登录"
_REFUSED: dict[Why, tuple[int, str]] = {
    "unknown": (422, "code_invalid"),
    "same": (409, "linked"),
    "taken": (409, "taken"),
    "many": (429, "too_many_requests"),
}


class LinkCode(Shown):
    code: str = Field(description="Eight digits.")
    ends_at: datetime


class Linked(Shown):
    following: Literal["service", "miniapp"] = Field(description="By which of our accounts we can reach them now.")


class Typed(Given):
    code: Annotated[str, Field(pattern=r"^[0-9]{8}$")]


def make(gate: Gate) -> None:
    kit = gate.kit

    def entering(unit: Unit) -> Entering:
        return Entering(unit, gate.seal, kit.library.phrase)

    @gate.route("POST", "/link/code", answers(LinkCode, more=(409,)), tag=_TAG, summary="要一个关联号码")
    def link_code(header: Posted) -> Response:
        now = kit.now()
        with gate.posting(header) as post:
            code = entering(post.unit).code(gate.talent(), now)
            return post.says(LinkCode(code=code, ends_at=now + LIFE))

    @gate.route("POST", "/link", answers(Linked, more=(409,)), tag=_TAG, summary="输入关联号码")
    def link(header: Posted, body: Typed) -> Response:
        talent, now = gate.talent(), kit.now()
        try:
            with gate.posting(header, body) as post:
                enters = entering(post.unit)
                if why := enters.look(talent.openid, talent.app, body.code, kit.memory, now):
                    raise NotLinked(why)
                joined = enters.link(talent, body.code, now)
                gate.become(joined)
                return post.says(Linked(following=address.of(post.unit, joined)[0].account))
        except NotLinked as error:
            status, code = _REFUSED[error.why]
            raise Refused(status, code, kit.library.phrase(f"link.{error.why}").rstrip("。"), "code") from None
