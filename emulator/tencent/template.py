"""Template messages: /cgi-bin/message/template/send.

https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from emulator.desk import Desk
from emulator.notices import need_template, push_template_result, show_notice
from emulator.tencent.answers import admit, need_method, read_json
from emulator.tencent.people import need_follower, need_person
from emulator.tokens import Refused

LONGEST_ID = 64


def template_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("template", __name__)
    world = desk.world

    @routes.route("/cgi-bin/message/template/send", methods=["GET", "POST"])
    def send() -> Response:
        need_method("POST")
        ledger, body = admit(world, "service"), read_json()
        with world.changed:
            person = need_person(world, ledger, body.get("touser"))
            before = ledger.repeated(person.openid, _client_id(body))
            if before is not None:
                return jsonify(before)
            need_follower(ledger, person)
            template = need_template(world, body.get("template_id"), "service", "notice")
            msg_id = world.next_msg_id()
            show_notice(world, person, template, body)
            answer = {"errcode": 0, "errmsg": "ok", "msgid": msg_id}
            if _client_id(body):
                ledger.remember(person.openid, _client_id(body), answer)
        push_template_result(desk, person, msg_id)
        return jsonify(answer)

    return routes


def _client_id(body: dict[str, Any]) -> str:
    value = body.get("client_msg_id") or ""
    if not isinstance(value, str) or len(value.encode(errors="replace")) > LONGEST_ID:
        raise Refused(47001, f"data format error: client_msg_id is a string of at most {LONGEST_ID} bytes")
    return value
