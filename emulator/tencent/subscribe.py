"""Subscription messages: /cgi-bin/message/subscribe/bizsend of the service account, /send of the mini-program.

https://developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response

from emulator.account import Kind
from emulator.desk import Desk
from emulator.notices import need_template, push_subscription_result, show_notice
from emulator.tencent.answers import admit, need_method, ok, read_json
from emulator.tencent.people import need_person
from emulator.tokens import Refused

PAGE = re.compile(r"[A-Za-z0-9_\-./]{1,256}(\?[^\s#]{0,768})?")
STATES = ("developer", "trial", "formal")
LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")


def subscribe_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("subscribe", __name__, url_prefix="/cgi-bin/message/subscribe")

    @routes.route("/bizsend", methods=["GET", "POST"])
    def bizsend() -> Response:
        _send(desk, "service")
        return ok()

    @routes.route("/send", methods=["GET", "POST"])
    def send() -> Response:
        _send(desk, "mini")
        return ok()

    return routes


def _send(desk: Desk, kind: Kind) -> None:
    """Nothing is used up by a refused one. The msgid is told in the result event only."""
    need_method("POST")
    world = desk.world
    ledger, body = admit(world, kind), read_json()
    with world.changed:
        person = need_person(world, ledger, body.get("touser"))
        template = need_template(world, body.get("template_id"), kind, "once", "lasting")
        if kind == "mini":
            _check_page(body)
        template.fill(body.get("data"))
        code = ledger.consents.send(str(body["touser"]), template.id)
        if code:
            raise Refused(code, "user refuse to accept the msg")
        msg_id = world.next_msg_id()
        show_notice(world, person, template, body)
    push_subscription_result(desk, person, template, msg_id)


def _check_page(body: dict[str, Any]) -> None:
    page = body.get("page") or ""
    if page and not (isinstance(page, str) and PAGE.fullmatch(page)):
        raise Refused(41030, "invalid page")
    if body.get("miniprogram_state", "formal") not in STATES:
        raise Refused(47003, "argument invalid! miniprogram_state invalid")
    if body.get("lang", "zh_CN") not in LANGUAGES:
        raise Refused(47003, "argument invalid! lang invalid")
