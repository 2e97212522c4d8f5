"""How api.weixin.qq.com answers: always HTTP 200, and an errcode in the body.

https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from flask import Response, jsonify, request

from emulator.tokens import Refused
from emulator.world import World


def refusal(code: int, text: str) -> Response:
    """An errcode; `rid` is what Tencent's support asks for, and here it only makes logs look real."""
    return jsonify(errcode=code, errmsg=f"{text} rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}")


def done() -> Response:
    return jsonify(errcode=0, errmsg="ok")


def need_method(method: str) -> None:
    if request.method != method:
        code = 43002 if method == "POST" else 43001
        raise Refused(code, f"require {method} method")


def need_token(world: World) -> None:
    """Refused unless ?access_token= is one this desk gave out and still honours."""
    world.tokens.check(request.args.get("access_token"))


def read_json() -> dict[str, Any]:
    """The body as an object. Escaped characters are refused, as Tencent does: json.dumps(..., ensure_ascii=False)."""
    try:
        source = request.get_data().decode()
        body = json.loads(source)
    except ValueError as error:
        raise Refused(47001, f"data format error: {error}") from error
    if not isinstance(body, dict):
        raise Refused(47001, "data format error: a JSON object is expected")
    return body
