"""What people see when something is refused or fails: one sentence, what to do, the number to ask with. No detail."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import HTTPException

from config import logs
from models.access import Forbidden
from models.db import Stale, Unavailable
from models.desk import BadMove, Changed, NoSuchTicket
from models.roster import NoSuchStaff

_log = logging.getLogger("huicai.console")

_SAID = {
    400: ("这个请求不完整", "多半是页面放久了。刷新页面，再做一次。"),
    403: ("没有权限", "这里不归您的角色管。需要的话，请管理员调整。"),
    404: ("没有找到", "地址不对，或者它不归您看。"),
    405: ("没有找到", "地址不对，或者它不归您看。"),
    409: ("刚才有人改过", "这次没有改成。刷新页面，看看现在的情况再做。"),
    413: ("太大了", "一次最多上传 10 MB。"),
    429: ("试得太多了", "请过 15 分钟再试。"),
    500: ("出了毛病", "已经记下。再试一次；还不行，请把下面的编号告诉管理员。"),
    503: ("暂时用不了", "数据库没有回答。稍等一会儿再试。"),
}
_KINDS: tuple[tuple[type[Exception], int], ...] = (
    (Forbidden, 403),
    (NoSuchTicket, 404),
    (NoSuchStaff, 404),
    (Stale, 409),
    (Changed, 409),
    (BadMove, 409),
)


def tell_on(door: Blueprint) -> None:
    for kind, status in _KINDS:
        door.register_error_handler(kind, lambda error, status=status: _page(status))

    @door.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        return _page(error.code if error.code in _SAID else 400)

    @door.errorhandler(Unavailable)
    def unavailable(error: Unavailable) -> Response:
        _log.error("the console has no database: %s", error)
        return _page(503)

    @door.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        """The last resort: whatever nobody has thought of is told to the log alone."""
        _log.exception("a page of the console failed")
        return _page(500)


def _page(status: int | None) -> Response:
    status = status or 500
    title, cure = _SAID[status]
    form = "fault_part" if request.headers.get("HX-Request") else "fault"
    known = {"title": title, "cure": cure, "status": status, "number": logs.request_id.get()}
    return Response(render_template(f"console/{form}.html", **known), status)
