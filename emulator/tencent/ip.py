"""From where callbacks come: /cgi-bin/getcallbackip.

https://developers.weixin.qq.com/doc/service/api/base/api_getcallbackip
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from emulator.tencent.answers import admit
from emulator.world import World


def ip_routes(world: World) -> Blueprint:
    routes = Blueprint("ip", __name__)

    @routes.get("/cgi-bin/getcallbackip")
    def getcallbackip() -> Response:
        admit(world)
        return jsonify(ip_list=["127.0.0.1", "::1"])

    return routes
