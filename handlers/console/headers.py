"""What stands at the head of every answer of the console."""

from __future__ import annotations

from flask import Blueprint, Response, request

from config.settings import Settings
from handlers.headers import always

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def put_on(door: Blueprint, settings: Settings) -> None:
    head = always(settings, _POLICY, _PERMISSIONS)

    @door.after_request
    def dressed(response: Response) -> Response:
        for name, value in head.items():
            response.headers.setdefault(name, value)
        if request.endpoint == f"{door.name}.static":
            # ?v= names the file's very bytes; without it the browser asks whether it has changed.
            known = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
            response.headers["Cache-Control"] = known
        elif response.cache_control.max_age is None:
            response.headers["Cache-Control"] = "no-store"
        return response
