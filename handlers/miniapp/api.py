"""The JSON API: /api/v1, and what it can do as OpenAPI at /api/docs. An application of its own, mounted by wsgi.py, so
that whatever goes wrong below /api is told in its one error shape."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi.models.info import Info
from flask_openapi.models.server import Server
from flask_openapi.openapi import OpenAPI

from bot.kit import Kit
from bot.pipeline import Pipeline
from handlers import cookie
from handlers.miniapp import (
    ask,
    consents,
    content,
    docs,
    entry,
    erasing,
    events,
    exporting,
    items,
    linking,
    me,
    notices,
    office,
    phone,
    places,
    refusals,
    subscriptions,
    tickets,
    uploads,
)
from handlers.miniapp.gate import Gate
from handlers.miniapp.once import Replayed
from handlers.miniapp.shapes import Failed

PREFIX = "/api"
_PAGES = (
    entry,
    linking,
    phone,
    me,
    ask,
    notices,
    content,
    office,
    consents,
    tickets,
    events,
    subscriptions,
    uploads,
    items,
    places,
    exporting,
    erasing,
)  # every module of routes: make(gate)


class _Bodies(DefaultJSONProvider):
    """What clients send. Nested deeper than Python can follow it is no JSON to us; a text alone the library would read
    as JSON once more."""

    ensure_ascii = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            found = super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deep") from None
        if isinstance(found, str):
            raise ValueError("a text alone")
        return found


def make(kit: Kit, pipeline: Pipeline) -> OpenAPI:
    """What is served. Its document is written when somebody reads it: that takes as long as a whole start."""
    app = _made(kit, pipeline)
    app.register_blueprint(docs.make(lambda: document(kit, pipeline)), url_prefix="/docs")
    return app


def document(kit: Kit, pipeline: Pipeline) -> dict[str, Any]:
    """What the API can do, as OpenAPI 3.1."""
    written: dict[str, Any] = _made(kit, pipeline, documented=True).api_doc
    return written


def _made(kit: Kit, pipeline: Pipeline, *, documented: bool = False) -> OpenAPI:
    app = OpenAPI(
        __name__,
        info=Info(title="汇才通", version="1", description="汇川区人才服务的接口"),
        servers=[Server(url=PREFIX)],
        security_schemes={
            "token": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": cookie.name(kit.settings)},
        },
        validation_error_model=Failed,
        validation_error_callback=refusals.invalid,
        doc_ui=False,  # its page has scripts of its own inside: see docs.py
        static_folder=None,
    )
    app.openapi_version = "3.1.0"  # the library writes 3.2.0 and uses nothing of it
    app.json = _Bodies(app)
    refusals.tell_on(app)
    gate = Gate(kit, pipeline, documented=documented)
    for page in _PAGES:
        page.make(gate)
    app.register_api(gate.routes)

    @app.errorhandler(Replayed)
    def replayed(error: Replayed) -> Response:
        answer = Response(error.body, error.status, content_type="application/json")
        answer.headers["Idempotent-Replayed"] = "true"
        if g.get("over"):
            cookie.take_off(answer, kit.settings)
        return answer

    @app.after_request
    def dressed(answer: Response) -> Response:
        if request.method == "GET" and answer.status_code == 200 and not answer.is_streamed:
            answer.add_etag()
            told = {name: said for name, said in request.environ.items() if name != "HTTP_IF_MATCH"}  # of changes
            answer.make_conditional(told)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer

    return app
