"""Who is in the mini-program: /sns/jscode2session and /wxa/business/getuserphonenumber.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
"""

from __future__ import annotations

import base64
import secrets

from flask import Blueprint, Response, jsonify, request

from emulator.desk import Desk
from emulator.tencent.answers import admit, need_method, ok, read_json
from emulator.tencent.token import need_code
from emulator.tokens import Refused

A_MINUTE = 100  # logins of one person


def login_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("login", __name__)
    world = desk.world

    @routes.get("/sns/jscode2session")
    def jscode2session() -> Response:
        ledger = world.mini
        given = need_code(world, request.args, ledger, "js_code")
        with world.changed:
            code = ledger.codes.use("login", given)
            ledger.daily.spend_minute(f"login/{code.openid}", A_MINUTE)
            ledger.visits[code.openid] = world.clock()
            person = world.find_person(code.openid)
            world.touch()
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        return jsonify(session_key=key, openid=person.mini_openid, unionid=person.unionid)

    @routes.route("/wxa/business/getuserphonenumber", methods=["GET", "POST"])
    def getuserphonenumber() -> Response:
        need_method("POST")
        ledger, body = admit(world, "mini"), read_json()
        with world.changed:
            code = ledger.codes.use("phone", body.get("code"))
            if body.get("openid") not in (None, "", code.openid):
                raise Refused(40003, "invalid openid: the code belongs to another user")
            person = world.find_person(code.openid)
            world.touch()
        info = {
            "phoneNumber": person.phone,
            "purePhoneNumber": person.phone,
            "countryCode": "86",
            "watermark": {"timestamp": int(world.clock()), "appid": ledger.account.appid},
        }
        return ok(phone_info=info)

    return routes
