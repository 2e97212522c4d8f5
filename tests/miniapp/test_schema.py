"""The API against its own documentation: whatever is sent, no failure and no answer the document does not tell of.

FUZZ is the number of cases for each operation; a release is held to 2,000. FUZZ_ON is the kind of database, sqlite or
postgres. FUZZ_COUNTS names a file that gets a line for each operation with how often it answered what.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import schemathesis
from belongings import PNG, Hers
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from phones import Phones
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import Client

import wsgi
from bot.kit import Kit
from config.notices import NAMES
from databases import migrated
from handlers.miniapp import api
from models.db import Database
from talk import Clock

CASES = int(os.environ.get("FUZZ", "6"))
ON = os.environ.get("FUZZ_ON", "sqlite")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OF = {
    "tickets": "ticket",
    "events": "event",
    "logins": "login",
    "files": "file",
    "uploads": "upload",
    "ask": "question",
}
OF |= {"items": "item", "entries": "entry", "consents": "purpose"}
ENDS = {"/v1/logout", "/v1/logins/end", "/v1/logins/{id}", "/v1/me/erase"}  # the login
USES_UP = {
    "withdraw": "open",
    "rating": "answered",
    "unsolved": "answered",
    "comment": "rated",
}  # ticket in such a state
OFTEN = 15  # things done until there is somebody new, with all still to be done
USED_UP = 8  # tickets of theirs, likewise: a low rating opens another one, and one may have 20 a day
_MANY = 2**31 - 1
_names = count(1)


@cache
def document() -> dict[str, Any]:
    app = api.make(Mock(settings=wsgi.Settings()), Mock())
    found: dict[str, Any] = Client(app).get("/docs/openapi.json").json  # type: ignore[assignment]
    return found


@cache
def schema() -> Any:
    return schemathesis.openapi.from_dict(document())


def operations() -> list[Any]:
    methods = [(path, method) for path, methods in document()["paths"].items() for method in methods]
    return [pytest.param(method.upper(), path, id=f"{method} {path}") for path, method in methods]


class Somebody:
    """Logged in, agreed to everything, with something of every kind; new whenever too much of it is used up. On a
    machine that does not count requests."""

    def __init__(self, kit: Kit, clock: Clock) -> None:
        self.kit = replace(kit, settings=replace(kit.settings, api_per_minute=_MANY, api_per_address=_MANY))
        self.app = Flask(__name__, static_folder=None)
        self.pipeline = wsgi.mount(self.app, self.kit)
        self.phones = Phones(self.kit, self.app, clock)
        self.answers: Counter[int] = Counter()
        self._renew()

    def _renew(self) -> None:
        self.hers, self.done = Hers(self.phones, self.kit, f"小林{next(_names)}"), 0
        self.ready: dict[str, str] = {}
        self.used = 0
        self.hers.her.said("POST", "/me/phone", {"code": "any"})

    def send(self, case: Any, draw: Any) -> None:
        """What was drawn, every second time with what is theirs put in where it names something."""
        if draw(st.booleans()):
            self._own(case, draw)
        case.headers["Authorization"] = f"Bearer {self.hers.her.token}"
        answer = case.call_and_validate(checks=CHECKS)
        self.answers[answer.status_code] += 1
        if case.method != "GET" and answer.status_code == 200:
            self.done += 1
            self.used += self.ready.pop(_move(case), None) is not None
            if self.done >= OFTEN or self.used >= USED_UP or case.path in ENDS:
                self._renew()

    def _own(self, case: Any, draw: Any) -> None:
        named = self.hers.values.get(OF.get(case.path.split("/")[2], ""), [])
        move = _move(case)
        for each in case.path_parameters if named else ():
            case.path_parameters[each] = self._ready(move) if move in USES_UP else draw(st.sampled_from(named))
        if case.method == "POST":
            case.headers["Idempotency-Key"] = f"fuzz-{next(_names):08}"
        if not isinstance(case.body, dict):
            return
        known = {
            "code": [self.hers.code()],
            "uploads": [[], self.hers.uploads[1:]],
            "question_key": [self.hers.asked],
            "choice": ["", *self.hers.values["entry"]],
            "version": [1],
            "contact": ["13985210001", ""],
            "confirm": ["注销"],
            "file": [PNG],
            "results": [{way.id: "reject"} for each in NAMES if (way := self.kit.notices().of(each).miniapp)],
        }
        for each in case.body.keys() & known.keys():
            case.body[each] = draw(st.sampled_from(known[each]))

    def _ready(self, move: str) -> str:
        """A ticket of hers in the state it wants; another one when the last is used up."""
        if move not in self.ready:
            number = self.ready[move] = self.hers.ticket("还想问问人才公寓的租金")
            if USES_UP[move] != "open":
                self.hers.answered(number)
            if USES_UP[move] == "rated":
                self.hers.her.said("POST", f"/tickets/{number}/rating", {"stars": 5})
        return self.ready[move]


def _move(case: Any) -> str:
    """What is done to a ticket there."""
    return case.path.rpartition("/")[2] if case.path.startswith("/v1/tickets/") else ""


@pytest.fixture
def kit(kit: Kit, tmp_path: Path) -> Iterator[Kit]:
    if ON == "sqlite":
        yield kit
        return
    with migrated(ON, tmp_path) as url:
        database = Database(url)
        yield replace(kit, db=database)
        database.close()


@pytest.fixture
def somebody(kit: Kit, clock: Clock) -> Iterator[Somebody]:
    found = Somebody(kit, clock)
    yield found
    found.pipeline.close()


def fuzz(somebody: Somebody, operation: Any, mode: GenerationMode, cases: int) -> None:
    how = settings(
        max_examples=cases,
        database=None,
        phases=[Phase.generate],  # what was done before is part of a case: it cannot be made smaller
        suppress_health_check=list(HealthCheck),
    )

    @how
    @given(st.data())
    def fuzzed(data: st.DataObject) -> None:
        somebody.send(data.draw(operation.as_strategy(generation_mode=mode)), data.draw)

    fuzzed()


@pytest.mark.timeout(7200 if CASES > 10 else 120)
@pytest.mark.parametrize(("method", "path"), operations())
def test_whatever_is_sent_is_answered_as_documented(somebody: Somebody, method: str, path: str) -> None:
    """With what is right, and with what is wrong where something is sent at all."""
    schema().app = somebody.app
    operation = schema()[path][method]
    takes = bool(operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody"))
    fuzz(somebody, operation, GenerationMode.POSITIVE, CASES // (1 + takes))
    if takes:
        with suppress(Unsatisfiable):  # whatever is sent there may be right
            fuzz(somebody, operation, GenerationMode.NEGATIVE, CASES // 2)
    if name := os.environ.get("FUZZ_COUNTS"):
        with Path(name).open("a") as file:
            file.write(f"{method} {path} {dict(sorted(somebody.answers.items()))}\n")
