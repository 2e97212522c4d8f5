"""The web application: phones and inspector, control API, and Tencent's API on one port."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from emulator.compose import SAMPLE_PICTURE
from emulator.control.answers import fault
from emulator.control.log import log_routes
from emulator.control.tencent import fault_routes, tencent_routes
from emulator.control.users import user_routes
from emulator.desk import Desk
from emulator.loopback import is_loopback
from emulator.media import BadMedia
from emulator.tencent.account import account_routes
from emulator.tencent.answers import refusal
from emulator.tencent.check import check_routes
from emulator.tencent.customer import customer_routes
from emulator.tencent.door import guard_calls
from emulator.tencent.ip import ip_routes
from emulator.tencent.login import login_routes
from emulator.tencent.media import media_routes
from emulator.tencent.menu import menu_routes
from emulator.tencent.qrcode import qrcode_routes
from emulator.tencent.subscribe import subscribe_routes
from emulator.tencent.template import template_routes
from emulator.tencent.token import token_routes
from emulator.tencent.webauth import webauth_routes
from emulator.tokens import Refused
from emulator.wants import BadRequest
from emulator.world import Unknown

# Pictures in news cards may come from the bot on this machine; nothing is ever loaded from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; "
    "img-src 'self' http://127.0.0.1:* http://localhost:*; base-uri 'none'; frame-ancestors 'none'"
)


TENCENT = (
    customer_routes,
    template_routes,
    subscribe_routes,
    media_routes,
    qrcode_routes,
    login_routes,
    webauth_routes,
    check_routes,
    account_routes,
    tencent_routes,
    fault_routes,
)


def create_app(desk: Desk) -> Flask:
    app = Flask("emulator", static_url_path="/emulator/static")
    app.config["MAX_CONTENT_LENGTH"] = 12 * 1024 * 1024
    json = cast(DefaultJSONProvider, app.json)
    json.ensure_ascii, json.sort_keys = False, False
    _guard(app)
    guard_calls(app, desk.world)
    _answer_faults(app)
    _serve_page(app, desk)
    world = desk.world
    for routes in (user_routes(desk), log_routes(desk), token_routes(world), menu_routes(world), ip_routes(world)):
        app.register_blueprint(routes)
    for part in TENCENT:
        app.register_blueprint(part(desk))
    return app


def _is_control() -> bool:
    return request.path.startswith("/emulator/")


def _is_here(netloc: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{netloc}").hostname or "")
    except ValueError:
        return False


def _guard(app: Flask) -> None:
    @app.before_request
    def loopback_only() -> ResponseReturnValue | None:
        """A web page elsewhere must not drive this desk: neither by its own form posts nor by DNS rebinding."""
        origin = request.headers.get("Origin")
        if not _is_here(request.host) or (origin and origin != f"{request.scheme}://{request.host}"):
            return fault(403, "loopback.only", "模拟器只答复本机。")
        return None

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if request.path.startswith(("/emulator/static/", "/emulator/api/")) or request.path == "/":
            response.headers["Cache-Control"] = "no-cache"
        return response


def _answer_faults(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return refusal(error.code, error.text)

    @app.errorhandler(Unknown)
    def unknown(error: Unknown) -> Response:
        return fault(404, "unknown", str(error))

    @app.errorhandler(BadMedia)
    @app.errorhandler(BadRequest)
    def bad_request(error: ValueError) -> Response:
        return fault(400, "bad.request", str(error))

    @app.errorhandler(HTTPException)
    def http_fault(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if _is_control():
            return fault(status, "http", error.description or error.name)
        response = refusal(40066, f"invalid url: {request.method} {request.path} is not emulated (HTTP {status}).")
        response.status_code = status
        return response


def _serve_page(app: Flask, desk: Desk) -> None:
    @app.get("/")
    def page() -> Response:
        return app.send_static_file("page.html")

    @app.get("/favicon.ico")
    def icon() -> Response:
        return app.send_static_file("icon.svg")

    @app.get("/emulator/media/<media_id>")
    def media(media_id: str) -> ResponseReturnValue:
        if media_id == SAMPLE_PICTURE:
            return app.send_static_file("sample.png")
        item = desk.world.shelf.find(media_id)
        if item is None:
            return jsonify(ok=False, error={"code": "unknown", "text": "没有这张图片。"}), 404
        return Response(item.data, mimetype=item.type)
