"""The walk: every address and method of the API with what is 小林's, by a stranger and by 路人.

A stranger is sent away with 401; 路人 finds nothing (404) where the address names what is hers, and elsewhere only
their own. In no answer stands a word of hers. What each route is, is told here by hand: a new one has to be put into
the table, or this fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Literal, NamedTuple

import pytest
from belongings import HERS, PNG, Hers
from flask import Flask
from phones import Phone, Phones
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bot.kit import Kit
from handlers.miniapp import api

SECRETS = (HERS, "她的银行卡", "下周一发放给她", "13985210000", "139****0000")
# open: for anybody, and nothing of anybody's in it. own: whatever is in it is the asker's own. hers: it names what is
# hers, and is 404. event: an event is everybody's, where one stands with it is one's own.
What = Literal["open", "own", "hers", "event"]


class Way(NamedTuple):
    what: What
    body: dict[str, Any] | None = None
    of: str = ""
    file: bool = False


def _ticket(body: dict[str, Any] | None = None) -> Way:
    return Way("hers", body, "ticket")


WAYS: dict[str, Way] = {
    "docs.page": Way("open"),
    "docs.openapi": Way("open"),
    "docs.static": Way("open", of="docs"),
    "docs.swagger.static": Way("open", of="docs"),
    "login": Way("open", {"code": "no-code-of-wechat-at-all"}),
    "login_page": Way("own"),
    "link_code": Way("own"),
    "link": Way("own", {"code": "00000000"}),
    "add_phone": Way("own", {"code": "no-code-of-wechat-at-all"}),
    "delete_phone": Way("own"),
    "logins": Way("own"),
    "end_login": Way("hers", of="login"),
    "end_logins": Way("own", {}),
    "logout": Way("own", {}),
    "get_me": Way("own"),
    "change_me": Way("own", {"elder": True}),
    "export_me": Way("own"),
    "before_erasing": Way("own"),
    "erase_me": Way("own", {"confirm": "注销"}),
    "get_topics": Way("open"),
    "get_entries": Way("open"),
    "get_entry": Way("open", of="entry"),
    "get_items": Way("open"),
    "get_item": Way("open", of="item"),
    "check_item": Way("open", {}, "item"),
    "get_places": Way("open"),
    "get_office": Way("open"),
    "get_privacy": Way("open"),
    "post_ask": Way("own", {"text": "人才公寓怎么申请"}),
    "post_feedback": Way("hers", {"useful": True}, "question"),
    "put_interest": Way("own", {}, "item"),
    "delete_interest": Way("own", None, "item"),
    "get_consents": Way("own"),
    "give_consent": Way("own", {"version": 1}, "purpose"),
    "withdraw_consent": Way("own", None, "purpose"),
    "get_subscriptions": Way("own"),
    "tell_subscriptions": Way("own", {"results": {}}),
    "get_events": Way("open"),
    "get_event": Way("open", of="event"),
    "get_calendar": Way("open", of="event"),
    "sign_up": Way("event", {"remind": False}, "event"),
    "withdraw": Way("event", None, "event"),
    "check_in": Way("event", {"code": "0000"}, "event"),
    "rate_event": Way("event", {"stars": 1}, "event"),
    "list_notices": Way("own"),
    "count_notices": Way("own"),
    "read_notices": Way("own", {}),
    "list_tickets": Way("own"),
    "open_ticket": Way("own", {"text": "想问问人才公寓"}),
    "get_ticket": _ticket(),
    "add_message": _ticket({"text": "我也来说一句"}),
    "leave_contact": _ticket({"contact": "13985219999"}),
    "withdraw_ticket": _ticket({}),
    "rate_ticket": _ticket({"stars": 1}),
    "comment_ticket": _ticket({"words": "真慢"}),
    "reopen_ticket": _ticket({"words": "没有"}),
    "upload_file": Way("own", file=True),
    "remove_upload": Way("hers", of="upload"),
    "get_file": Way("hers", of="file"),
}

# What may be sent without having agreed to anything: nothing personal is in it that we would keep.
WITHOUT_CONSENT = {
    "login": "who they are, as WeChat proves it; what one agrees to comes after it",
    "login_page": "nothing is sent",
    "link_code": "nothing is sent",
    "link": "the code we gave out",
    "logout": "nothing is sent",
    "end_logins": "nothing is sent",
    "change_me": "how the page looks",
    "erase_me": "the word that confirms it",
    "give_consent": "the consent itself",
    "tell_subscriptions": "what they told WeChat about templates of ours",
    "read_notices": "how far they have read",
    "check_item": "what is answered is kept nowhere",
    "withdraw_ticket": "nothing is sent",
}


@pytest.fixture
def hers(phones: Phones, kit: Kit) -> Hers:
    return Hers(phones, kit)


def rules(app: Flask) -> Iterator[tuple[Rule, str, Way]]:
    """Every rule and method of the API with its line of the table."""
    for rule in _api(app).url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, WAYS[rule.endpoint.removeprefix("v1.")]


def addresses(app: Flask, hers: Hers) -> Iterator[tuple[str, str, Way]]:
    for rule, method, way in rules(app):
        for value in hers.values.get(way.of, [""]):
            given = dict.fromkeys(rule.arguments, value)
            built = _api(app).url_map.bind("localhost").build(rule.endpoint, given, method=method)
            yield built, method, way


def _api(app: Flask) -> Any:
    """The application below /api."""
    return app.wsgi_app.mounts[api.PREFIX]  # type: ignore[attr-defined]


def sent(phone: Phone, path: str, method: str, way: Way) -> TestResponse:
    headers = {"Idempotency-Key": f"walk-{path}"} if method == "POST" else {}
    if phone.token:
        headers["Authorization"] = f"Bearer {phone.token}"
    body: dict[str, Any] = {} if way.body is None else {"json": way.body}
    if way.file:
        body = {"data": {"file": (BytesIO(PNG), "票据.png")}}
    return phone.client.open(f"{api.PREFIX}{path}", method=method, headers=headers, **body)


def test_every_route_has_a_line_and_every_line_a_route(app: Flask) -> None:
    names = {rule.endpoint.removeprefix("v1.") for rule in _api(app).url_map.iter_rules()}
    assert names == WAYS.keys()


def test_a_stranger_sees_what_is_for_anybody(app: Flask, phones: Phones, hers: Hers) -> None:
    for path, method, way in addresses(app, hers):
        answer = sent(phones.stranger(), path, method, way)
        _silent(answer, f"{method} {path}")
        if way.what != "open":
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
        else:
            assert answer.status_code != 401 or path.endswith("/login/miniapp"), f"{method} {path}"


def test_somebody_else_finds_nothing_of_hers(app: Flask, phones: Phones, hers: Hers) -> None:
    before = _standing(hers)
    for path, method, way in addresses(app, hers):
        answer = sent(phones.agreeing("路人", "miniapp", "service", "phone"), path, method, way)
        _silent(answer, f"{method} {path}")
        if way.what == "hers":
            assert answer.status_code == 404, f"{method} {path}: {answer.text}"
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
    assert _standing(hers) == before


def test_who_agreed_to_nothing_gives_us_nothing(app: Flask, hers: Hers) -> None:
    for purpose in ("service", "phone", "news"):
        hers.her.said("DELETE", f"/consents/{purpose}")
    taking = set()
    for path, method, way in addresses(app, hers):
        name = next(name for name, each in WAYS.items() if each is way)
        if method not in ("POST", "PUT") or name in WITHOUT_CONSENT:
            continue
        answer = sent(hers.her, path, method, way)
        assert (answer.status_code, answer.json and answer.json["error"]["code"]) == (403, "consent_required"), path
        taking.add(name)
    changing = {r.endpoint.removeprefix("v1.") for r, method, _ in rules(app) if method in ("POST", "PUT")}
    assert changing == taking | WITHOUT_CONSENT.keys()


def _standing(hers: Hers) -> list[Any]:
    """All that is hers, as she sees it."""
    paths = (f"/tickets/{hers.number}", "/tickets", "/notices", f"/events/{hers.event}", "/consents", "/me")
    assert [hers.her.get(f"/files/{name}").status_code for name in hers.values["file"]] == [200] * 3
    found = [hers.her.said("GET", path) for path in paths]
    found[3] = found[3]["mine"]  # who else goes there is not hers
    return found


def _silent(answer: TestResponse, what: str) -> None:
    said = answer.get_data(as_text=True)
    assert not [secret for secret in SECRETS if secret in said], what
    assert PNG not in answer.data, what
