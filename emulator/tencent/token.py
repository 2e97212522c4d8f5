"""Access tokens: /cgi-bin/token and /cgi-bin/stable_token.

https://developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken
https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request

from emulator.crypto import same
from emulator.ledger import Ledger
from emulator.tencent.answers import need_method, read_json
from emulator.tokens import Refused
from emulator.world import World


def need_secret(world: World, appid: object, secret: object) -> Ledger:
    """The account these belong to."""
    if not isinstance(appid, str) or not appid:
        raise Refused(41002, "appid missing")
    if not isinstance(secret, str) or not secret:
        raise Refused(41004, "appsecret missing")
    for ledger in (world.service, world.mini):
        if same(appid, ledger.account.appid):
            if not same(secret, ledger.account.secret):
                raise Refused(40125, "invalid appsecret")
            return ledger
    raise Refused(40013, "invalid appid")


def need_code(world: World, given: Mapping[str, str], owner: Ledger, name: str) -> str:
    """The code, called `name`, for which /sns tells that account who somebody is."""
    if need_secret(world, given.get("appid"), given.get("secret")) is not owner:
        kind = "service account" if owner is world.service else "mini-program"
        raise Refused(40013, f"invalid appid: not a {kind}")
    _need_grant(given.get("grant_type"), "authorization_code")
    if not given.get(name):
        raise Refused(41008, "missing code")
    return given[name]


def _need_grant(given: object, wanted: str = "client_credential") -> None:
    if given != wanted:
        raise Refused(40002, f"invalid grant_type, use {wanted}")


def token_routes(world: World) -> Blueprint:
    routes = Blueprint("token", __name__)

    @routes.route("/cgi-bin/token", methods=["GET", "POST"])
    def token() -> Response:
        given = request.args
        _need_grant(given.get("grant_type"))
        value, seconds = need_secret(world, given.get("appid"), given.get("secret")).tokens.plain()
        return jsonify(access_token=value, expires_in=seconds)

    @routes.route("/cgi-bin/stable_token", methods=["GET", "POST"])
    def stable_token() -> Response:
        need_method("POST")
        body = read_json()
        _need_grant(body.get("grant_type"))
        ledger = need_secret(world, body.get("appid"), body.get("secret"))
        force = body.get("force_refresh", False)
        if not isinstance(force, bool):
            raise Refused(47001, "data format error: force_refresh must be true or false")
        value, seconds = ledger.tokens.stable(force)
        return jsonify(access_token=value, expires_in=seconds)

    return routes
