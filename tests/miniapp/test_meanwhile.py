"""What somebody else does in the middle of a request: it is answered in words, never with a fault of ours."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from phones import Phone, Phones

from bot import erasing
from bot.kit import Kit
from bot.wechat.values import Phone as Number
from handlers.miniapp import me, once
from handlers.miniapp import phone as numbers
from models.agreement import Agreements
from models.db import Stale
from models.linking import LinkCodes
from models.replay import Replays
from models.talent import Talents
from models.upload import Uploads
from talk import Talk

GIF = b"GIF89a" + b"\0" * 40


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林")


def first(
    monkeypatch: pytest.MonkeyPatch, target: Any, name: str, do: Callable[[], object], *, behind: bool = False
) -> None:
    """`do`, once, before (or `behind`) the next call of it."""
    real, todo = getattr(target, name), [do]

    def hooked(*args: Any, **more: Any) -> Any:
        found = real(*args, **more) if behind else None
        if todo:
            todo.pop()()
        return found if behind else real(*args, **more)

    monkeypatch.setattr(target, name, hooked)


def joined(kit: Kit, phones: Phones, phone: Phone) -> Callable[[], None]:
    """They turn out to be somebody who was known already."""
    into = phones.of("老林", "service").talent

    def join() -> None:
        with kit.db.writing() as unit:
            Talents(unit).join(phone.talent.id, into.id, now=kit.now())

    return join


def test_who_is_erased_while_they_ask_who_they_are(小林: Phone, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def erase() -> None:
        with kit.db.writing() as unit:
            erasing.erase(kit, unit, 小林.talent, kit.now())

    first(monkeypatch, me, "shown", erase)
    assert 小林.get("/me").status_code == 503
    assert 小林.get("/me").status_code == 401


@pytest.mark.parametrize("path", ["/link/code", "/login/page"])
def test_who_becomes_somebody_else_while_a_code_is_made(
    小林: Phone, phones: Phones, kit: Kit, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    first(monkeypatch, once, "_hashed", joined(kit, phones, 小林))
    made = 小林.post(path, key="once-and-again")
    assert made.status_code == 200
    assert 小林.post(path, key="once-and-again").json == made.json


def beaten() -> None:
    raise Stale


@pytest.mark.parametrize("behind", [False, True])
def test_who_was_slower_once_is_answered_all_the_same_and_it_is_done_once(
    小林: Phone, monkeypatch: pytest.MonkeyPatch, behind: bool
) -> None:
    new = {"text": "津贴一直没有到账"}
    first(monkeypatch, Replays, "keep", beaten, behind=behind)
    made = 小林.post("/tickets", new, key="once-and-again")
    assert made.status_code == 200
    assert 小林.post("/tickets", new, key="once-and-again").json == made.json
    assert len(小林.said("GET", "/tickets")["items"]) == 1


def test_who_was_slower_while_two_became_one_is_who_they_were_and_then_one(
    小林: Phone, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = phones.of("老林", "service").said("POST", "/link/code")["code"]
    first(monkeypatch, Replays, "keep", beaten)
    小林.said("POST", "/link", {"code": code})
    assert 小林.said("GET", "/me")["linked"]


def test_who_is_slower_every_time_is_told_to_try_again(小林: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def always(*_: object) -> None:
        tries.append(1)
        raise Stale

    monkeypatch.setattr(Replays, "keep", always)
    assert 小林.post("/tickets", {"text": "津贴一直没有到账"}).status_code == 503
    assert len(tries) == 3
    assert 小林.said("GET", "/tickets")["items"] == []


def test_a_code_of_wechat_s_is_not_used_twice(小林: Phone, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Done again it would be refused, for the code is used: whoever it is is told to press once more."""
    with kit.db.writing() as unit:
        version = kit.privacy().version("phone")
        Agreements(unit).give(小林.talent.openid, "phone", how="miniapp", now=kit.now(), version=version)
    asked: list[str] = []

    def told(_: object, code: str) -> Number:
        asked.append(code)
        return Number("13800138000", "86")

    monkeypatch.setattr(numbers, "_told", told)
    first(monkeypatch, Replays, "keep", beaten)
    assert 小林.post("/me/phone", {"code": "a-code"}).status_code == 503
    assert asked == ["a-code"]


def test_a_photo_that_is_put_to_a_ticket_while_it_is_opened(
    小林: Phone, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = 小林.post("/uploads", data={"file": (BytesIO(GIF), "a.gif")}).json["data"]["name"]  # type: ignore[index]
    other = Phone(小林.client.application.test_client(), 小林.talent, 小林.token)
    new = {"text": "津贴一直没有到账", "uploads": [name]}
    first(monkeypatch, Uploads, "find", lambda: other.said("POST", "/tickets", new), behind=True)
    assert 小林.get(f"/files/{name}").data == GIF


def test_a_code_of_who_becomes_somebody_else_while_it_is_looked_at(
    小林: Phone, phones: Phones, chat: Talk, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = 小林.said("POST", "/link/code")["code"]
    first(monkeypatch, LinkCodes, "whose", joined(kit, phones, 小林), behind=True)
    assert chat.say(f"绑定 {code}")
