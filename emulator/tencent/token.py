"""Access tokens: /cgi-bin/token and /cgi-bin/stable_token.

https://developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken
https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from emulator.account import Account
from emulator.crypto import same
from emulator.tencent.answers import need_method, read_json
from emulator.tokens import Refused
from emulator.world import World


def _check(account: Account, grant_type: object, appid: object, secret: object) -> None:
    if grant_type != "client_credential":
        raise Refused(40002, "invalid grant_type, use client_credential")
    if not isinstance(appid, str) or not appid:
        raise Refused(41002, "appid missing")
    if not isinstance(secret, str) or not secret:
        raise Refused(41004, "appsecret missing")
    if not same(appid, account.appid):
        raise Refused(40013, "invalid appid")
    if not same(secret, account.secret):
        raise Refused(40125, "invalid appsecret")


def token_routes(world: World) -> Blueprint:
    routes = Blueprint("token", __name__)

    @routes.route("/cgi-bin/token", methods=["GET", "POST"])
    def token() -> Response:
        given = request.args
        _check(world.account, given.get("grant_type"), given.get("appid"), given.get("secret"))
        value, seconds = world.tokens.plain()
        return jsonify(access_token=value, expires_in=seconds)

    @routes.route("/cgi-bin/stable_token", methods=["GET", "POST"])
    def stable_token() -> Response:
        need_method("POST")
        body = read_json()
        _check(world.account, body.get("grant_type"), body.get("appid"), body.get("secret"))
        force = body.get("force_refresh", False)
        if not isinstance(force, bool):
            raise Refused(47001, "data format error: force_refresh must be true or false")
        value, seconds = world.tokens.stable(force)
        return jsonify(access_token=value, expires_in=seconds)

    return routes
