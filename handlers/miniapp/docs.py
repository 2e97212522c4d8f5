"""/api/docs: what the API can do, to read and to try. Everything it loads is ours or comes with the library.

The document served here is told in Chinese: docs/api.md in front, then the words of docs_words.py in the place of the
docstrings, which stand in the document that clients are made from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template

from config.settings import ROOT
from handlers.miniapp import docs_words as words

_ASSETS = Path(str(files("flask_openapi_swagger"))) / "templates" / "swagger"
# Swagger UI draws its arrows as data: pictures and sets styles of elements by script.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# Where a Chinese paragraph goes on in the next line: shown, the break would be a space.
_FOLD = re.compile(r"(?<=[一-鿿])\n(?=[一-鿿（])|(?<=[、，。：；）])\n(?=(?!```)[一-鿿（`])")


@cache
def _about() -> str:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("\n")[2].strip()
    return _FOLD.sub("", text)


def _worded(document: dict[str, Any]) -> dict[str, Any]:
    document["info"]["description"] = _about()
    for tag in document["tags"]:
        tag["description"] = words.TAGS[tag["name"]]
    for methods in document["paths"].values():
        for route in methods.values():
            _tell(route, words.OPERATIONS.get(route["operationId"]))
            for each in route.get("parameters", ()):
                _tell(each, words.PARAMETERS.get(each["name"]))
            for status, answer in route["responses"].items():
                answer["description"] = words.STATUSES[status]
    for name, shape in document["components"]["schemas"].items():
        _tell(shape, None)
        for field, each in shape.get("properties", {}).items():
            _tell(each, words.FIELDS.get(f"{name}.{field}") or words.FIELDS.get(field))
    return document


def _tell(of: dict[str, Any], said: str | None) -> None:
    of.pop("description", None)
    if said:
        of["description"] = said


def make(document: Callable[[], dict[str, Any]]) -> Blueprint:
    """`document`: the one that clients are made from; asked for once."""
    worded = cache(lambda: _worded(document()))
    door = Blueprint("docs", __name__, static_folder="static", static_url_path="/page", template_folder="templates")
    assets = Blueprint("swagger", __name__, static_folder=str(_ASSETS), static_url_path="/swagger")
    door.register_blueprint(assets)

    @door.get("/openapi.json")
    def openapi() -> dict[str, Any]:
        return worded()

    @door.get("/")
    def page() -> str:
        return render_template("docs.html")

    @door.after_request
    def dressed(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    return door
