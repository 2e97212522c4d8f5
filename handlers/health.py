"""For load balancers and for people with a pager: is this process alive, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bot.kit import Kit
from config.calendar import unknown_year
from handlers.lateness import DeadMan
from models.account import any_stopped
from models.db import Unavailable
from models.version import is_current


def make(kit: Kit) -> Blueprint:
    door = Blueprint("health", __name__)
    tables, dead_man = _Tables(kit), DeadMan(kit)

    @door.get("/healthz")
    def alive() -> Response:
        return Response("ok", content_type="text/plain; charset=utf-8")

    @door.get("/readyz")
    def ready() -> tuple[Response, int]:
        """200 when messages can be answered and kept, and the jobs are done; 503 otherwise, with the reason.

        Faulty content, unknown holidays and stopped APIs of WeChat are told, but stop nobody. With CLOCK=off late jobs
        are no fault of ours.
        """
        try:
            database = "ok" if tables.current() else "not migrated"
            late = [each.name for each in dead_man.late()] if database == "ok" else []
            stopped = database == "ok" and _is_stopped(kit)
        except Unavailable:
            database, late, stopped = "unavailable", [], False
        off = kit.settings.clock == "off"
        year = unknown_year(kit.calendar(), kit.now())
        state = {
            "database": database,
            "content": kit.library.version,
            "content_faults": len(kit.library.faults),
            "clock": "off" if off else "late" if late else "ok",
            "late": late,
            "wechat": "stopped" if stopped else "ok",
            "calendar": f"{year} unknown" if year else "ok",
        }
        return jsonify(state), 200 if database == "ok" and (off or not late) else 503

    return door


def _is_stopped(kit: Kit) -> bool:
    accounts = [account.appid for account in (kit.wechat, kit.miniapp) if account is not None]
    with kit.db.unit() as unit:
        return any_stopped(unit, accounts)


class _Tables:
    """Whether the tables are as the code wants them: asked until they are, for they do not go back by themselves."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._known = False

    def current(self) -> bool:
        self._kit.db.ping()
        self._known = self._known or is_current(self._kit.db)
        return self._known
