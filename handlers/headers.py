"""What stands at the head of every answer that a browser shows, whichever door it came through."""

from __future__ import annotations

from config.settings import Settings

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it browsers send "Origin: null" with our own forms, and nobody could tell them from others'.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000"}


def always(settings: Settings, policy: str, permissions: str) -> dict[str, str]:
    """All of them, with a door's own Content-Security-Policy and Permissions-Policy."""
    safe = _ENCRYPTED if is_https(settings) else {}
    return {**_ALWAYS, "Content-Security-Policy": policy, "Permissions-Policy": permissions, **safe}


def is_https(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")
