"""About people and the account itself: user/info, clear_quota, openapi/quota/get, callback/check.

https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo
https://developers.weixin.qq.com/doc/service/api/base/api_clearquota
https://developers.weixin.qq.com/doc/service/api/base/api_getapiquota
https://developers.weixin.qq.com/doc/service/api/base/api_callbackcheck
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from emulator.daily import LIMITS
from emulator.desk import Desk
from emulator.tencent.answers import admit, need_method, ok, read_json
from emulator.tencent.people import need_person
from emulator.tokens import Refused

ACTIONS = ("dns", "ping", "all")
OPERATORS = ("CHINANET", "UNICOM", "CAP", "DEFAULT")


def account_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("account", __name__, url_prefix="/cgi-bin")
    world = desk.world

    @routes.get("/user/info")
    def user_info() -> Response:
        ledger = admit(world, "service")
        with world.changed:
            person = need_person(world, ledger, request.args.get("openid"))
            known = {"subscribe": int(person.following), "openid": person.openid, "unionid": person.unionid}
            if not person.following:
                return jsonify(known)
            more = {"language": "zh_CN", "subscribe_time": int(person.since), "remark": "", "groupid": 0}
            scene = {"subscribe_scene": "ADD_SCENE_SEARCH", "qr_scene": 0, "qr_scene_str": ""}
        return jsonify(known | more | {"tagid_list": []} | scene)

    @routes.route("/clear_quota", methods=["GET", "POST"])
    def clear_quota() -> Response:
        need_method("POST")
        ledger, body = admit(world), read_json()
        if body.get("appid") != ledger.account.appid:
            raise Refused(40013, "invalid appid")
        with world.changed:
            ledger.daily.clear()
        return ok()

    @routes.route("/openapi/quota/get", methods=["GET", "POST"])
    def quota_get() -> Response:
        need_method("POST")
        ledger, path = admit(world), str(read_json().get("cgi_path"))
        with world.changed:
            limits = ledger.daily.limits
            if path not in limits:
                foreign = any(path in others for others in LIMITS.values())
                text = "could not use this cgi_path, no permission" if foreign else "cgi_path not found, please check"
                raise Refused(76022 if foreign else 76021, text)
            limit, used = limits[path], ledger.daily.used(path)
        return ok(quota={"daily_limit": limit, "used": used, "remain": max(limit - used, 0)})

    @routes.route("/callback/check", methods=["GET", "POST"])
    def callback_check() -> Response:
        need_method("POST")
        admit(world)
        body = read_json()
        action, operator = body.get("action"), body.get("check_operator")
        if action not in ACTIONS:
            raise Refused(40202, "invalid action")
        if operator not in OPERATORS:
            raise Refused(40203, "invalid check_operator")
        dns = [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}]
        ping = [{"ip": "127.0.0.1", "from_operator": "DEFAULT", "package_loss": "0%", "time": "0.100ms"}]
        return jsonify({"dns": dns if action != "ping" else [], "ping": ping if action != "dns" else []})

    return routes
