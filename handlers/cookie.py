"""The cookie that says which talent a page is opened by: set by handlers/h5, read and renewed by the API."""

from __future__ import annotations

from flask import Request
from werkzeug.wrappers import Response

from config.settings import Settings
from handlers.headers import is_https
from models.login import IDLE
from models.seal import Seal

_NAME = "huicai_talent"
_WHOSE = "huicai_whose"  # what scripts of the page keep drafts apart by; nothing is let in by it


def name(settings: Settings, plain: str = _NAME) -> str:
    """Under https the name itself forbids other hosts of our domain to set it (RFC 6265bis, 4.1.3)."""
    return f"__Host-{plain}" if is_https(settings) else plain


def token(request: Request, settings: Settings) -> str:
    """Empty: there is none."""
    return request.cookies.get(name(settings), "")


def put_on(answer: Response, value: str, talent: int, seal: Seal, settings: Settings) -> None:
    """`value`: the token of a login of that `talent` (their id); it goes along to our own pages only, and no script
    reads it."""
    put(answer, name(settings), value, settings, int(IDLE.total_seconds()))
    named = seal.token("page", str(talent))[:16]
    answer.set_cookie(_WHOSE, named, IDLE, path="/m/", secure=is_https(settings), samesite="Lax")


def take_off(answer: Response, settings: Settings) -> None:
    put(answer, name(settings), "", settings, 0)


def put(answer: Response, named: str, value: str, settings: Settings, seconds: int) -> None:
    """`named`: by `name`; `seconds` 0 takes it off."""
    secure = is_https(settings)
    answer.set_cookie(named, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="Lax")
