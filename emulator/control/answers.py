"""How the control API reads and answers."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from emulator.wants import BadRequest


def fault(status: int, code: str, text: str) -> Response:
    """The one error shape of the control API."""
    response = jsonify(ok=False, error={"code": code, "text": text})
    response.status_code = status
    return response


def read_json() -> dict[str, Any]:
    """The request's JSON object. Content-Type application/json is a must: a foreign web page cannot send it."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("需要 JSON 对象，Content-Type: application/json。")
    return body


def whole(name: str, default: int, most: int = 10**9) -> int:
    value = request.args.get(name, str(default))
    if not (value.isascii() and value.isdecimal()) or int(value) > most:
        raise BadRequest(f"?{name}= 应为 0 到 {most} 的整数。")
    return int(value)
