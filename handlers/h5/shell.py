"""The page at /m/: one HTML for every address below it, its modules, and what stands at the head of every answer."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template, request

from bot.kit import Kit
from handlers.assets import Assets
from handlers.headers import always

STATIC = Path(__file__).parent / "static"
# What the first view wants, had all at once instead of one after the other as the modules name each other.
FIRST = (
    *("htm-preact-3.1.1.js", "html.js", "api.js", "store.js", "data.js", "router.js", "routes.js", "session.js"),
    *("icons.js", "parts.js", "said.js", "consent.js", "views/home.js"),
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PERMISSIONS = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"


def make(door: Blueprint, kit: Kit) -> None:
    assets = Assets(STATIC)
    head = always(kit.settings, _POLICY, _PERMISSIONS)

    @door.get("/")
    @door.get("/<path:rest>")
    def page(rest: str = "") -> str:
        return render_template(
            "h5/page.html",
            at=lambda name: f"/m/static/{assets.version}/{name}",
            first=FIRST,
            demo=kit.settings.demo,
        )

    @door.get("/static/<version>/<path:name>")
    def static_file(version: str, name: str) -> Response:
        return assets.answer(request, version, name)

    @door.after_request
    def dressed(answer: Response) -> Response:
        for name, value in head.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer
