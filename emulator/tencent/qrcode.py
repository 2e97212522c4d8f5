"""QR codes with a scene: /cgi-bin/qrcode/create, and the picture at /cgi-bin/showqrcode (mp.weixin.qq.com there).

https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.desk import Desk
from emulator.qr import picture
from emulator.tencent.answers import admit, need_method, read_json
from emulator.tokens import Refused

LONGEST = 2_592_000  # 30 days
SHORTEST = 60
BY_NUMBER, BY_TEXT = ("QR_SCENE", "QR_LIMIT_SCENE"), ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE")


def qrcode_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("qrcode", __name__, url_prefix="/cgi-bin")
    world = desk.world

    @routes.route("/qrcode/create", methods=["GET", "POST"])
    def create() -> Response:
        need_method("POST")
        ledger, body = admit(world, "service"), read_json()
        name = body.get("action_name")
        if name not in BY_NUMBER + BY_TEXT:
            raise Refused(40052, "invalid action name")
        scene = _scene(body, str(name))
        seconds = None if "LIMIT" in str(name) else _seconds(body)
        with world.changed:
            made = ledger.scenes.make(scene, seconds)
            world.touch()
        lasting = {} if seconds is None else {"expire_seconds": seconds}
        return jsonify(ticket=made.ticket, **lasting, url=made.url)

    @routes.get("/showqrcode")
    def show() -> Response:
        with world.changed:
            made = world.service.scenes.find(request.args.get("ticket", ""))
        if made is None:
            return Response("", status=404, mimetype="text/html")
        return Response(picture(made.url), mimetype="image/png")

    return routes


def _scene(body: dict[str, Any], name: str) -> str:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get("scene_id" if name in BY_NUMBER else "scene_str") if isinstance(scene, dict) else None
    if name in BY_TEXT:
        if isinstance(value, str) and 1 <= len(value) <= 64:
            return value
    elif isinstance(value, int) and 1 <= value <= (100_000 if "LIMIT" in name else 2**32 - 1) and value is not True:
        return str(value)
    raise Refused(
        40053, "invalid action info: scene_id 1 to 4294967295 (lasting: 100000), scene_str 1 to 64 characters"
    )


def _seconds(body: dict[str, Any]) -> int:
    value = body.get("expire_seconds", SHORTEST)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Refused(47001, "data format error: expire_seconds")
    return min(value, LONGEST)
