"""Content check, version 2: /wxa/msg_sec_check. A few demo words stand in for Tencent's judgement.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response

from emulator.desk import Desk
from emulator.ledger import Ledger
from emulator.tencent.answers import admit, need_method, ok, read_json
from emulator.tokens import Refused

A_MINUTE = 4000
LONGEST = 2500
NEAR = 7200  # seconds since the person was in the mini-program
FINE = ("pass", 100)
WORDS = {"演示违规": ("risky", 20006), "演示辱骂": ("risky", 20003), "演示广告": ("review", 10001)}


def check_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("check", __name__)
    world = desk.world

    @routes.route("/wxa/msg_sec_check", methods=["GET", "POST"])
    def msg_sec_check() -> Response:
        need_method("POST")
        ledger, body = admit(world, "mini"), read_json()
        with world.changed:
            ledger.daily.spend_minute("check", A_MINUTE)
            _check_person(desk, ledger, body.get("openid"))
        content = _content(body)
        suggest, label = next((verdict for word, verdict in WORDS.items() if word in content), FINE)
        detail = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
        return ok(detail=[detail], trace_id=secrets.token_hex(12), result={"suggest": suggest, "label": label})

    return routes


def _check_person(desk: Desk, ledger: Ledger, openid: object) -> None:
    world = desk.world
    if isinstance(openid, str) and openid in world.people:
        raise Refused(43104, "appid not match openid: this one belongs to the service account")
    if not any(openid == person.mini_openid for person in world.people.values()):
        raise Refused(40003, "invalid openid")
    if world.clock() - ledger.visits.get(str(openid), float("-inf")) > NEAR:
        raise Refused(61010, "code is expired: the user was not in the mini-program within two hours")


def _content(body: dict[str, Any]) -> str:
    if body.get("version") not in (2, "2") or isinstance(body.get("version"), bool):
        raise Refused(40097, "invalid args: version must be 2")
    scene = body.get("scene")
    if isinstance(scene, bool) or scene not in (1, 2, 3, 4):
        raise Refused(40129, "invalid scene")
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise Refused(44002, "empty post data: content")
    if len(content) > LONGEST:
        raise Refused(45002, f"content size out of limit: {LONGEST} characters")
    return content
