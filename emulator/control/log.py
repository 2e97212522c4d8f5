"""The inspector's log, media, and what concerns the whole desk."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import watch
from emulator.account import MODES
from emulator.control.answers import read_json, whole
from emulator.desk import Desk
from emulator.media import MAX_BYTES, BadMedia
from emulator.places import PLACES
from emulator.wants import BadRequest


def log_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("log", __name__, url_prefix="/emulator/api")
    world = desk.world

    @routes.get("/changes")
    def changes() -> Response:
        return jsonify(watch.changes(world, whole("since", 0)))

    @routes.get("/callbacks")
    def callbacks() -> Response:
        who = request.args.get("user")
        openid = world.find_person(who).openid if who else None
        return jsonify(callbacks=watch.log(world, openid, whole("after", 0), whole("limit", 100)))

    @routes.get("/callbacks/<int:callback_id>")
    def callback(callback_id: int) -> Response:
        with world.changed:
            return jsonify(world.find_callback(callback_id).as_json())

    @routes.post("/callbacks/<int:callback_id>/resend")
    def resend(callback_id: int) -> ResponseReturnValue:
        read_json()
        return jsonify(desk.resend(callback_id).brief()), 202

    @routes.post("/mode")
    def mode() -> Response:
        wanted = read_json().get("mode")
        for known in MODES:
            if wanted == known:
                world.set_mode(known)
                return jsonify(mode=known)
        raise BadRequest(f"mode 应为其中之一：{', '.join(MODES)}。")

    @routes.post("/verify")
    def verify() -> Response:
        read_json()
        return jsonify(desk.verify())

    @routes.post("/reset")
    def reset() -> Response:
        read_json()
        world.clear()
        return jsonify(ok=True)

    @routes.get("/places")
    def places() -> Response:
        return jsonify(places=[place._asdict() for place in PLACES])

    @routes.post("/media")
    def media() -> ResponseReturnValue:
        if request.content_length is None or request.content_length > MAX_BYTES:
            raise BadMedia("图片最大 2 MB。")
        item = world.shelf.add(request.get_data(), world.account.appid)
        return jsonify(media_id=item.id, url=desk.picture_url(item.id)), 201

    return routes
