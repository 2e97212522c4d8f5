"""The menu bar: /cgi-bin/menu/create, get, delete.

https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify, request

from emulator.tencent.answers import admit, need_method, ok, read_json
from emulator.tencent.menu_rules import read_menu
from emulator.tokens import Refused
from emulator.world import World

_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01])")


def menu_routes(world: World) -> Blueprint:
    routes = Blueprint("menu", __name__, url_prefix="/cgi-bin/menu")

    @routes.route("/create", methods=["GET", "POST"])
    def create() -> Response:
        need_method("POST")
        admit(world, "service")
        # Tencent would show the escapes as letters: write the JSON with ensure_ascii=False.
        if _ESCAPED.search(request.get_data()):
            raise Refused(40033, r"invalid charset. please check your request, if include \uxxxx will create fail!")
        world.set_menu(read_menu(read_json()))
        return ok()

    @routes.get("/get")
    def get() -> Response:
        admit(world, "service")
        if world.menu is None:
            raise Refused(46003, "menu no exist")
        return jsonify(menu=world.menu)

    @routes.get("/delete")
    def delete() -> Response:
        admit(world, "service")
        world.set_menu(None)
        return ok()

    return routes
