"""For load balancers and for people with a pager: is this process alive, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bot.kit import Kit
from models.db import Unavailable
from models.version import is_current


def make(kit: Kit) -> Blueprint:
    door = Blueprint("health", __name__)
    tables = _Tables(kit)

    @door.get("/healthz")
    def alive() -> Response:
        return Response("ok", content_type="text/plain; charset=utf-8")

    @door.get("/readyz")
    def ready() -> tuple[Response, int]:
        """200 when messages can be answered and kept; 503 otherwise. Faulty content is told, but does not stop us."""
        try:
            database = "ok" if tables.current() else "not migrated"
        except Unavailable:
            database = "unavailable"
        state = {"database": database, "content": kit.library.version, "content_faults": len(kit.library.faults)}
        return jsonify(state), 200 if database == "ok" else 503

    return door


class _Tables:
    """Whether the tables are as the code wants them: asked until they are, for they do not go back by themselves."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._known = False

    def current(self) -> bool:
        self._kit.db.ping()
        self._known = self._known or is_current(self._kit.db)
        return self._known
