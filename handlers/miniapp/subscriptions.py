"""WeChat's own consents (订阅消息): which templates a client should ask for, and what people answered.

WeChat tells us itself what was tapped, for the service account and for the mini-program alike
(subscribe_msg_popup_event, handlers/chat/subscription.py). That alone adds sends: a client's word for 允许 would count
the same tap twice, and could be made up. Its word for a refusal is believed: all it can do is to make us silent.
"""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from bot.kit import Kit
from config.notices import NAMES, NAMES_SAID, Name
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Given, Posted, Shown, Words, answers, says
from models import address
from models.consent import LASTING, Consents
from models.db import Unit
from models.login import Session

_TAG = "通知"
_MOST = 20
Template = Annotated[Words, Field(min_length=1, max_length=64)]


class Asked(Shown):
    template: str = Field(
        description="For wx.requestSubscribeMessage, or the tag wx-open-subscribe on a page of the service account."
    )
    notices: list[str] = Field(description="What it is for, in words.")
    lasting: bool = Field(description="长期订阅: one 允许 is for any number.")
    left: int | None = Field(description="So many may be sent as far as WeChat has told us; null: any number.")


class Subscriptions(Shown):
    account: Literal["service", "miniapp"] = Field(description="By which notices reach them.")
    items: list[Asked] = Field(description="Empty where the client cannot ask for it: notices go by the other account.")


class Results(Given):
    results: Annotated[
        dict[Template, Literal["accept", "reject", "ban", "filter"]], Field(min_length=1, max_length=_MOST)
    ]
    """As wx.requestSubscribeMessage gave them."""


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/subscriptions", answers(Subscriptions), tag=_TAG, summary="要请用户允许的模板")
    def get_subscriptions() -> Response:
        with kit.db.unit() as unit:
            return says(_asked(kit, unit, gate.asking()))

    @gate.route("POST", "/subscriptions", answers(Subscriptions, more=(409,)), tag=_TAG, summary="用户怎么选的")
    def tell_subscriptions(header: Posted, body: Results) -> Response:
        """A refusal counts at once. 允许 counts when WeChat has told us of it, within seconds."""
        session = gate.asking()
        known = _templates(kit, session.login.app)
        if strange := body.results.keys() - known.keys():
            raise Refused(422, "invalid", "没有这个模板", f"results.{min(strange)}")
        with gate.posting(header, body) as post:
            for template, said in body.results.items():
                if said in ("reject", "ban"):
                    Consents(post.unit).refuse(session.login.openid, template, now=kit.now())
            return post.says(_asked(kit, post.unit, session))


def _asked(kit: Kit, unit: Unit, session: Session) -> Subscriptions:
    account = address.of(unit, session.talent)[0].account
    templates = _templates(kit, account) if session.login.app == account else {}
    return Subscriptions(
        account=account,
        items=[
            Asked(
                template=template,
                notices=[NAMES_SAID[name] for name in names],
                lasting=kit.notices().is_lasting(template),
                left=_left(unit, session.login.openid, template),
            )
            for template, names in templates.items()
        ],
    )


def _left(unit: Unit, openid: str, template: str) -> int | None:
    left = Consents(unit).left(openid, template)
    return None if left == LASTING else left


def _templates(kit: Kit, app: str) -> dict[str, list[Name]]:
    """template -> the notices sent by it; several may share one."""
    found: dict[str, list[Name]] = {}
    for name in NAMES:
        way = kit.notices().of(name).asked_by(app)
        if way is not None and way.id:
            found.setdefault(way.id, []).append(name)
    return found
