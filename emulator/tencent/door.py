"""What every call to api.weixin.qq.com passes: the faults that are switched on, and the inspector's log."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import Any

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from emulator.calls import Call, clean_body, clean_query
from emulator.faults import TEXTS, Fault
from emulator.tokens import Refused
from emulator.world import World

PREFIXES = ("/cgi-bin/", "/sns/", "/wxa/")
PAGE = "<html><head><title>系统维护</title></head><body><h1>系统维护中</h1></body></html>"


def is_tencent() -> bool:
    return request.path.startswith(PREFIXES)


def guard_calls(app: Flask, world: World) -> None:
    @app.before_request
    def enter() -> ResponseReturnValue | None:
        if not is_tencent():
            return None
        g.begun, g.body = time.monotonic(), request.get_data(cache=True, parse_form_data=False)
        with world.changed:
            g.struck = world.faults.strike(request.path)
            if g.struck:
                world.touch()
        return _suffer(g.struck)

    @app.after_request
    def leave(response: Response) -> Response:
        if is_tencent() and "begun" in g:
            _record(world, response)
            if any(fault.what == "drop" for fault in g.struck):
                _hang_up()
        return response


def _suffer(struck: list[Fault]) -> ResponseReturnValue | None:
    """The answer of a fault that answers by itself; None when the call goes on."""
    for fault in struck:
        if fault.what == "slow":
            time.sleep(fault.seconds)
        elif fault.what == "down":
            _hang_up()
            return "", 503
        elif fault.what == "502":
            return "<html><body><h1>502 Bad Gateway</h1></body></html>", 502
        elif fault.what == "html":
            return PAGE
        elif fault.what != "drop":
            code = int(fault.what)
            raise Refused(code, TEXTS.get(code, "switched on in the emulator"))
    return None


def _hang_up() -> None:
    """Cut the connection under the answer; the port itself stays open, for the page."""
    wire = request.environ.get("werkzeug.socket")
    if isinstance(wire, socket.socket):
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)


def _record(world: World, response: Response) -> None:
    answer = b"" if response.direct_passthrough else response.get_data()
    said = _json(answer) if response.is_json else {}
    asked = _json(g.body)
    openid = str(asked.get("touser") or asked.get("openid") or request.args.get("openid") or said.get("openid") or "")
    with world.changed:
        world.log_call(
            Call(
                id=0,
                at=world.now(),
                method=request.method,
                path=request.path,
                query=clean_query(request.args.to_dict()),
                account=_account(world, asked),
                openid=openid,
                who="",
                person="",
                body=clean_body(g.body, request.mimetype),
                answer=clean_body(answer, "" if response.is_json else response.mimetype or ""),
                status=response.status_code,
                errcode=int(said.get("errcode") or 0),
                fault=", ".join(fault.what for fault in g.struck),
                ms=round((time.monotonic() - g.begun) * 1000),
            )
        )


def _account(world: World, asked: dict[str, Any]) -> str:
    """Whose token or appid it is; "" when that cannot be told."""
    token, appid = request.args.get("access_token"), request.args.get("appid") or asked.get("appid")
    for ledger in (world.service, world.mini):
        if ledger.tokens.knows(token) or appid == ledger.account.appid:
            return ledger.account.kind
    return ""


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
