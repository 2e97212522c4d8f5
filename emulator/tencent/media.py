"""Temporary media: /cgi-bin/media/upload and get.

https://developers.weixin.qq.com/doc/service/api/material/temporary/api_uploadtempmedia
https://developers.weixin.qq.com/doc/service/api/material/temporary/api_getmedia
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, jsonify, request

import emulator
from emulator.compose import SAMPLE_PICTURE
from emulator.desk import Desk
from emulator.tencent.answers import admit, need_method
from emulator.tokens import Refused

SAMPLE = Path(emulator.__file__).parent / "static" / "sample.png"
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "audio/amr": "amr", "audio/mpeg": "mp3"}


def media_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("media", __name__, url_prefix="/cgi-bin/media")
    world = desk.world

    @routes.route("/upload", methods=["GET", "POST"])
    def upload() -> Response:
        need_method("POST")
        ledger = admit(world)
        kind, file = request.args.get("type", ""), request.files.get("media")
        if file is None:
            raise Refused(41005, "media data missing: a form file called media")
        if ledger.account.kind == "mini" and kind != "image":
            raise Refused(40004, "invalid media type: a mini-program takes image only")
        media = world.shelf.upload(kind, file.filename or "", file.read(), ledger.account.appid)
        said = "thumb_media_id" if kind == "thumb" else "media_id"
        return jsonify({"type": kind, said: media.id, "created_at": media.created, "item": []})

    @routes.get("/get")
    def get() -> Response:
        ledger = admit(world)
        media_id = request.args.get("media_id", "")
        if media_id == SAMPLE_PICTURE:
            return _file(SAMPLE.read_bytes(), "image/png", media_id)
        media = world.shelf.need(media_id, ledger.account.appid)
        if media.kind == "video":
            return jsonify(video_url=desk.picture_url(media.id))
        return _file(media.data, media.type, media.id)

    return routes


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ENDINGS.get(kind, "bin")}"'
    return response
