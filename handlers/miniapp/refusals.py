"""How the API says no: one shape, a code for programs, a sentence for people, the field where there is one."""

from __future__ import annotations

import logging

from flask import Flask, Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from bot.consenting import NoConsent
from bot.wechat.errors import SendError
from handlers.miniapp.shapes import Failed, Fault
from models.db import Stale, Unavailable
from models.talent import NoSuchTalent

_log = logging.getLogger("huicai.api")
_HTTP = {
    400: ("bad_request", "请求有误"),
    401: ("login_required", "请先登录"),
    403: ("forbidden", "没有权限"),
    404: ("not_found", "没有找到"),
    405: ("method_not_allowed", "不支持这种请求"),
    408: ("timeout", "请求超时，请再试一次"),
    413: ("too_large", "内容太大"),
    415: ("unsupported_media_type", "内容的格式不对"),
    429: ("too_many_requests", "操作太频繁，请稍后再试"),
}
_TYPES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "string_pattern_mismatch": "格式不对",
    "string_type": "应当是文字",
    "string_unicode": "含有不能用的字符",
    "int_type": "应当是整数",
    "int_parsing": "应当是整数",
    "int_from_float": "应当是整数",
    "int_parsing_size": "数字太大",
    "bool_type": "应当是 true 或 false",
    "bool_parsing": "应当是 true 或 false",
    "greater_than_equal": "数字太小",
    "less_than_equal": "数字太大",
    "finite_number": "应当是数字",
    "float_type": "应当是数字",
    "float_parsing": "应当是数字",
    "list_type": "应当是列表",
    "too_long": "太多",
    "too_short": "太少",
    "literal_error": "不在可选的范围里",
    "enum": "不在可选的范围里",
    "model_type": "请求体应当是 JSON 对象",
    "model_attributes_type": "请求体应当是 JSON 对象",
}


class Refused(Exception):
    """`code` for programs, `text` for people; `after`: seconds until it is worth trying again. Raised anywhere below a
    route."""

    def __init__(self, status: int, code: str, text: str, field: str | None = None) -> None:
        super().__init__(code)
        self.status, self.fault = status, Fault(code=code, text=text, field=field)


def unconsented(purpose: str) -> Refused:
    return Refused(403, "consent_required", "请先阅读并同意个人信息的处理说明", purpose)


def told(status: int, fault: Fault) -> Response:
    return Response(Failed(error=fault).model_dump_json(), status, content_type="application/json")


def invalid(error: ValidationError) -> Response:
    """The first thing wrong with what was sent. What was sent is not repeated: it may be personal."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    text = first["msg"].removeprefix("Value error, ") if first["type"] == "value_error" else _TYPES.get(first["type"])
    field = ".".join(str(part) for part in first["loc"]) or None
    return told(422, Fault(code="invalid", text=text or "内容不对", field=field))


def tell_on(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return told(error.status, error.fault)

    @app.errorhandler(NoConsent)
    def not_agreed(error: NoConsent) -> Response:
        return refused(unconsented(error.purpose))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        code, text = _HTTP.get(status, ("bad_request", "请求有误"))
        answer = told(status, Fault(code=code, text=text))
        if error.response is None:
            for name, value in error.get_headers():
                if name in ("Allow", "Retry-After"):
                    answer.headers[name] = value
        return answer

    @app.errorhandler(SendError)
    def wechat(error: SendError) -> Response:
        _log.warning("WeChat: %s", error)
        return told(503, Fault(code="wechat_unavailable", text="微信暂时没有回应，请稍后再试"))

    @app.errorhandler(Unavailable)
    @app.errorhandler(Stale)
    @app.errorhandler(NoSuchTalent)  # made one with somebody else while this was under way: next time it is them
    def busy(error: Exception) -> Response:
        _log.error("nothing could be stored: %s", error)
        return told(503, Fault(code="unavailable", text="系统正忙，请稍后再试"))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        _log.exception("a request to the API failed")
        return told(500, Fault(code="failed", text="系统出错了，请稍后再试"))
