"""What every route of the API has: limits, caps, one error shape, ETags, documentation."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from phones import Phone, Phones
from pydantic import BaseModel

import wsgi
from bot.kit import Kit
from handlers.limits import Limits
from handlers.miniapp import docs_words
from models.memory import DictMemory
from talk import Clock

_DOOR = "handlers.miniapp"


def few(kit: Kit, clock: Clock, **settings: int) -> Phones:
    tight = replace(kit, settings=replace(kit.settings, **settings))
    app = Flask(__name__, static_folder=None)
    wsgi.mount(app, tight).close()
    return Phones(tight, app, clock)


def test_who_asks_too_often_waits_and_others_do_not(kit: Kit, clock: Clock) -> None:
    phones = few(kit, clock, api_per_minute=3)
    eager, other = phones.of("小林"), phones.of("路人")
    assert [eager.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = eager.get("/me")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json == {
        "ok": False,
        "error": {"code": "too_many_requests", "text": "操作太频繁，请稍后再试", "field": None},
    }
    assert other.get("/me").status_code == 200


def test_an_address_has_a_limit_whoever_asks_from_it(kit: Kit, clock: Clock) -> None:
    phones = few(kit, clock, api_per_address=3)
    assert [phones.stranger().get("/me").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_limits_are_shared_by_all_who_share_a_memory(kit: Kit) -> None:
    settings, memory = replace(kit.settings, api_per_minute=2), DictMemory()
    one, other = Limits(settings, memory), Limits(settings, memory)
    assert [one.of_talent(7), other.of_talent(7), one.of_talent(7), one.of_talent(8)] == [False, False, True, False]


def test_an_answer_that_has_not_changed_is_not_sent_again(小林: Phone) -> None:
    first = 小林.get("/me")
    again = 小林.get("/me", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    小林.ask("PUT", "/me", json={"elder": True})
    assert 小林.get("/me", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_condition_of_a_change_is_none_of_a_look(小林: Phone) -> None:
    answer = 小林.get("/me", headers={"If-Match": '"x"'})
    assert (answer.status_code, "ETag" in answer.headers) == (200, True)


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"data": "{", "content_type": "application/json"}, 422, None),
        ({"data": b"\xff\xfe", "content_type": "application/json"}, 422, None),
        ({"data": "elder=1", "content_type": "text/plain"}, 422, None),
        ({"json": []}, 422, None),
        ({"json": {"elder": 10**36}}, 422, "elder"),
        ({"json": {"elder": "ja"}}, 422, "elder"),
        ({"json": {"x" * 70_000: True}}, 413, None),
        ({"data": '{"\\ud800": 1}', "content_type": "application/json"}, 422, None),
        ({"data": "[" * 60_000, "content_type": "application/json"}, 422, None),
        ({"data": '{"a":' * 10_000, "content_type": "application/json"}, 422, None),
        ({"json": '{"elder": true}'}, 422, None),
    ],
)
def test_odd_bodies_are_refused_in_the_one_shape(
    小林: Phone, sent: dict[str, object], status: int, field: str | None
) -> None:
    answer = 小林.ask("PUT", "/me", **sent)
    assert answer.status_code == status
    told = json.loads(answer.data)
    assert told["ok"] is False
    assert field is None or told["error"]["field"] == field


def test_what_is_not_there_is_told_in_the_same_shape(小林: Phone) -> None:
    missing = 小林.get("/nothing")
    assert (missing.status_code, missing.json["error"]["code"]) == (404, "not_found")  # type: ignore[index]
    wrong = 小林.ask("DELETE", "/me")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (405, "method_not_allowed")  # type: ignore[index]
    assert "PUT" in wrong.headers["Allow"]


def test_the_documentation_loads_nothing_from_elsewhere(phones: Phones) -> None:
    page = phones.app.test_client().get("/api/docs/")
    assert page.status_code == 200
    assert "://" not in page.get_data(as_text=True)
    for part in page.get_data(as_text=True).split('"'):
        if part.startswith("/api/"):
            with phones.app.test_client().get(part) as loaded:
                assert loaded.status_code == 200
    assert 'rel="icon"' in page.get_data(as_text=True)  # or browsers ask for /favicon.ico, which is not there


def test_the_documentation_says_how_to_begin(phones: Phones) -> None:
    document = phones.app.test_client().get("/api/docs/openapi.json").json
    assert document is not None
    for word in ("## 登录", "/code", "Idempotency-Key", "consents/service", "after", "`consent_required`"):
        assert word in document["info"]["description"]
    assert not re.search(
        "[一-鿿、，。]\n[一-鿿]|[、，。]\n`(?!``)", document["info"]["description"]
    )  # a break is shown as a space
    assert "```\n" in document["info"]["description"]
    assert all(each["description"] for each in document["tags"])
    keys = [
        each
        for methods in document["paths"].values()
        for operation in methods.values()
        for each in operation.get("parameters", ())
        if each["name"] == "Idempotency-Key"
    ]
    assert all("UUID" in each["description"] for each in keys)


def test_the_documentation_is_told_in_chinese(phones: Phones) -> None:
    """And no word of it is for something that is not there any more."""
    document = phones.app.test_client().get("/api/docs/openapi.json").json
    assert document is not None
    told = list(_told(document))
    assert len(told) > 500
    assert [text for text in told if not re.search("[一-鿿]", text)] == []
    shapes = document["components"]["schemas"].items()
    fields = {
        name for shape, of in shapes for field in of.get("properties", {}) for name in (field, f"{shape}.{field}")
    }
    assert docs_words.FIELDS.keys() <= fields
    routes = [route for methods in document["paths"].values() for route in methods.values()]
    assert docs_words.OPERATIONS.keys() <= {route["operationId"] for route in routes}
    assert docs_words.PARAMETERS.keys() <= {each["name"] for route in routes for each in route.get("parameters", ())}


def _told(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (text for name, text in part.items() if name in ("description", "summary") and isinstance(text, str))
    if isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _told(each)


def test_every_route_tells_what_it_may_answer(phones: Phones) -> None:
    document = phones.app.test_client().get("/api/docs/openapi.json").json
    assert document is not None
    assert document["openapi"].startswith("3.1.")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert {"401", "422", "429", "500", "503"} <= set(operation["responses"]), f"{method} {path}"
            named = {each["name"] for each in operation.get("parameters", ())}
            assert ("Idempotency-Key" in named) == (method == "post"), f"{method} {path}"
            if method == "post" and not path.endswith("/check"):  # nothing is kept of a check
                assert "409" in operation["responses"], path


def test_no_two_shapes_share_a_name_in_the_document(phones: Phones) -> None:
    """The document knows shapes by their class's name alone: the later of two would stand for both."""
    document = phones.app.test_client().get("/api/docs/openapi.json").json
    assert document is not None
    classes = [each for name in sorted(sys.modules) if name.startswith(_DOOR) for each in _own(sys.modules[name])]
    named = Counter(each.__name__ for each in classes if each.__name__ in document["components"]["schemas"])
    assert [name for name, times in named.items() if times > 1] == []


def _own(module: ModuleType) -> list[type[BaseModel]]:
    found = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    return [
        each
        for each in found
        if each.__module__ == module.__name__ and not each.__pydantic_generic_metadata__["parameters"]
    ]
