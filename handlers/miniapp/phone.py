"""The telephone number a person lets WeChat tell us (手机号快速验证). It is sealed, and never shown whole here."""

from __future__ import annotations

from flask import Response
from pydantic import Field

from bot import contact
from bot.wechat.errors import SendError
from bot.wechat.values import Phone
from handlers.miniapp.entry import Code, miniapp
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Nothing, Posted, Shown, answers, says
from models.talent import Talents

_TAG = "我的"


class Proved(Shown):
    phone: str = Field(description="Its middle is hidden: 138****8000.")


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route(
        "POST",
        "/me/phone",
        answers(Proved, more=(409,)),
        tag=_TAG,
        summary="用微信手机号",
        consent="phone",
        outside=True,
    )
    def add_phone(header: Posted, body: Code) -> Response:
        """`code` of the button 手机号快速验证; nobody types a number here."""
        told = None if gate.known(header, body) else _told(gate, body.code)
        with gate.posting(header, body) as post:
            if told is None:  # it was under way when we looked, and came to nothing
                raise Refused(503, "unavailable", "刚才没有成功，请再点一次")
            Talents(post.unit).keep_phone(gate.talent(), gate.seal, told.number)
            return post.says(Proved(phone=contact.masked(told.number)))

    @gate.route("DELETE", "/me/phone", answers(Nothing), tag=_TAG, summary="删除手机号")
    def delete_phone() -> Response:
        with kit.db.writing() as unit:
            Talents(unit).forget_phone(gate.talent())
        return says(Nothing())


def _told(gate: Gate, code: str) -> Phone:
    try:
        return miniapp(gate.kit).phone(code, gate.talent().openids.get("miniapp", ""))
    except SendError as error:
        if error.kind in ("code", "used", "gone"):
            raise Refused(422, "code_invalid", "微信没有认出这次授权，请再点一次", "code") from None
        raise
