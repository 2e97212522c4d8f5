"""How api.weixin.qq.com answers: always HTTP 200, and an errcode in the body.

https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from flask import Response, jsonify, request

from emulator.account import Kind
from emulator.ledger import Ledger
from emulator.tokens import Refused
from emulator.world import World

BOTH: tuple[Kind, ...] = ("service", "mini")


def refusal(code: int, text: str) -> Response:
    """An errcode; `rid` is what Tencent's support asks for, and here it only makes logs look real."""
    return jsonify(errcode=code, errmsg=f"{text} rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}")


def need_method(method: str) -> None:
    if request.method != method:
        code = 43002 if method == "POST" else 43001
        raise Refused(code, f"require {method} method")


def admit(world: World, *kinds: Kind) -> Ledger:
    """The account whose ?access_token= this is, one call of its day used up.

    Refused: no valid token, an account that may not call this (48001), nothing left today.
    """
    token = request.args.get("access_token")
    with world.changed:
        ledger = world.mini if world.mini.tokens.knows(token) else world.service
        ledger.tokens.check(token)
        if ledger.account.kind not in (kinds or BOTH):
            raise Refused(48001, f"api unauthorized: not for a {ledger.account.kind} account")
        ledger.daily.spend(request.path)
        return ledger


def ok(**more: Any) -> Response:
    return jsonify(errcode=0, errmsg="ok", **more)


def read_json() -> dict[str, Any]:
    """The body as an object. Escaped characters are refused, as Tencent does: json.dumps(..., ensure_ascii=False)."""
    try:
        source = request.get_data().decode()
        body = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise Refused(47001, f"data format error: {error}") from error
    if not isinstance(body, dict):
        raise Refused(47001, "data format error: a JSON object is expected")
    return body
