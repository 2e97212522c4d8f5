"""Single sign-on against a small provider on loopback: whom we know comes in, everything else does not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from house import SEAL, Browser, House, hidden
from identity import CLIENT, SECRET, Identity, serving
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from bot.kit import Kit
from handlers.console.gate import COOKIE
from models.knock import TRIES
from models.roster import Roster
from talk import Clock

ME = "wecom-LiSiMin"


@pytest.fixture
def identity(clock: Clock) -> Iterator[Identity]:
    with serving(Identity(clock)) as found:
        yield found


@pytest.fixture
def house(kit: Kit, clock: Clock, identity: Identity) -> House:
    told = {"oidc_issuer": identity.base, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return House(
        replace(kit, settings=replace(kit.settings, public_url="http://localhost", oidc_name="政务微信", **told)), clock
    )


def bind(house: House, login: str = "li.si", role: str = "agent", subject: str = ME) -> int:
    staff = house.hire(login, role)
    with house.kit.db.writing() as unit:
        Roster(unit, SEAL).bind("staff:1", staff.id, subject, now=house.clock())
    return staff.id


def goes(browser: Browser, identity: Identity, subject: str = ME, **changed: str) -> TestResponse:
    """To the provider and back."""
    sent = browser.get("/oidc/start?next=/console/me")
    assert sent.status_code == 303, sent.text
    return browser.get("/oidc/back", query_string={**identity.visited(sent.headers["Location"], subject), **changed})


def test_whom_we_know_comes_in_without_a_password(house: House, identity: Identity) -> None:
    bind(house)
    browser = house.browser()
    assert "用政务微信登录" in browser.get("/login").text
    done = goes(browser, identity)
    assert (done.status_code, done.headers["Location"]) == (303, "/console/me")
    assert browser.get("/me").status_code == 200
    back = next(form["redirect_uri"] for path, form in identity.asked if path == "/token")
    assert back == "http://localhost/console/oidc/back"


def test_a_strange_host_does_not_change_where_people_are_sent_back_to(house: House, identity: Identity) -> None:
    sent = house.browser().get("/oidc/start", headers={"Host": "evil.example"})
    assert "redirect_uri=http%3A%2F%2Flocalhost%2Fconsole%2Foidc%2Fback" in sent.headers["Location"]


def test_it_makes_no_account(house: House, identity: Identity) -> None:
    browser = house.browser()
    refused = goes(browser, identity)
    assert refused.status_code == 403
    assert "还没有绑定" in refused.text
    assert browser.token == ""
    with house.kit.db.unit() as unit:
        assert Roster(unit, SEAL).everybody() == []


def test_a_second_factor_is_asked_for_as_after_a_password(house: House, identity: Identity) -> None:
    bind(house, "zhang.san", "admin")
    browser = house.browser()
    assert goes(browser, identity).headers["Location"].startswith("/console/factor")
    assert browser.get("/me").status_code == 303


def test_who_is_unknown_binds_it_by_a_password_and_is_asked_first(house: House, identity: Identity) -> None:
    staff = house.hire("li.si")
    browser = house.browser()
    goes(browser, identity)
    assert browser.login("li.si").headers["Location"] == "/console/oidc/bind"
    page = browser.get("/oidc/bind")
    assert "李思敏" in page.text
    assert house.staff(staff.id).subject is None, "bound without being asked"
    browser.post("/oidc/bind", {"csrf": browser.csrf, "bind": "1"})
    assert house.staff(staff.id).subject == ME
    assert goes(house.browser(), identity).headers["Location"] == "/console/me"


def test_who_says_no_is_not_bound(house: House, identity: Identity) -> None:
    staff = house.hire("li.si")
    browser = house.browser()
    goes(browser, identity)
    browser.login("li.si")
    browser.post("/oidc/bind", {"csrf": browser.csrf, "bind": "0"})
    assert house.staff(staff.id).subject is None
    assert browser.get("/oidc/bind").headers["Location"] == "/console/"


def test_what_a_login_form_holds_cannot_pass_for_a_proof(house: House, identity: Identity) -> None:
    """Both are sealed; each only for its own purpose."""
    house.hire("li.si")
    browser = house.browser()
    browser.client.set_cookie("huicai_door", json.dumps(["somebody", "else"]))
    browser.login("li.si")
    other = house.browser()
    other.client.set_cookie("huicai_door", json.dumps(["somebody", "else"]))
    browser.client.set_cookie("huicai_bind", hidden(other.get("/login"), "mark"))
    assert browser.get("/oidc/bind").headers["Location"] == "/console/"


@pytest.mark.parametrize("how", ["disabled", "locked"])
def test_a_disabled_or_locked_account_does_not_come_in(house: House, identity: Identity, how: str) -> None:
    number = bind(house)
    if how == "disabled":
        with house.kit.db.writing() as unit:
            Roster(unit, SEAL).disable("cli:test", number, now=house.clock())
    else:
        for _ in range(TRIES):
            house.browser().login("li.si", "wrong-Password-1")
    assert goes(house.browser("10.1.0.2"), identity).status_code == 403


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}, {"code": ""}, {"error": "access_denied"}])
def test_who_comes_back_otherwise_than_sent_is_refused(
    house: House, identity: Identity, changed: dict[str, str]
) -> None:
    bind(house)
    browser = house.browser()
    assert goes(browser, identity, **changed).status_code == 403
    assert browser.token == ""


def test_a_code_of_somebody_elses_browser_is_refused(house: House, identity: Identity) -> None:
    """Login CSRF: a link with the attacker's own code and state."""
    bind(house)
    attacker, victim = house.browser(), house.browser()
    brought = identity.visited(attacker.get("/oidc/start").headers["Location"], ME)
    assert victim.get("/oidc/back", query_string=brought).status_code == 403
    victim.get("/oidc/start")
    assert victim.get("/oidc/back", query_string=brought).status_code == 403
    assert victim.token == ""


def test_coming_back_is_possible_once_and_for_ten_minutes(house: House, identity: Identity) -> None:
    bind(house)
    browser = house.browser()
    brought = identity.visited(browser.get("/oidc/start").headers["Location"], ME)
    house.clock.wait("11分钟")
    assert browser.get("/oidc/back", query_string=brought).status_code == 403
    brought = identity.visited(browser.get("/oidc/start").headers["Location"], ME)
    assert browser.get("/oidc/back", query_string=brought).status_code == 303
    browser.client.delete_cookie(COOKIE)
    assert browser.get("/oidc/back", query_string=brought).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"},
        {"aud": "another"},
        {"aud": ["another", CLIENT], "azp": "another"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"at_hash": "bm90IHRoaXM"},
        {"nbf": 4102444800},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(house: House, identity: Identity, claims: dict[str, object]) -> None:
    bind(house)
    identity.claims = claims
    browser = house.browser()
    assert goes(browser, identity).status_code == 403
    assert browser.token == ""


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_by_a_weaker_way_is_refused(house: House, identity: Identity, algorithm: str) -> None:
    bind(house)
    identity.algorithm = algorithm
    assert goes(house.browser(), identity).status_code == 403


def test_a_token_with_another_key_is_refused_and_a_changed_key_found(house: House, identity: Identity) -> None:
    bind(house)
    assert goes(house.browser(), identity).status_code == 303
    ours = identity.key
    identity.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    identity.answers["/keys"] = (200, json.dumps({"keys": [ours.as_dict(private=False)]}).encode())
    assert goes(house.browser(), identity).status_code == 403
    del identity.answers["/keys"]
    house.clock.wait("2分钟")
    assert goes(house.browser(), identity).status_code == 303


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", (200, b'{"issuer": "https://another.example"}')),
        ("/.well-known/openid-configuration", (200, b"[]")),
        ("/.well-known/openid-configuration", (302, b"{}")),
        ("/.well-known/openid-configuration", (200, b"x" * 300_000)),
        ("/token", (200, b"not json")),
        ("/token", (200, b'{"id_token": 7}')),
        ("/token", (500, b'{"error": "CANARY"}')),
        ("/keys", (200, b'{"keys": "none"}')),
    ],
)
def test_a_provider_that_does_not_behave_lets_nobody_in(
    house: House, identity: Identity, path: str, answer: tuple[int, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    bind(house)
    browser = house.browser()
    sent = browser.get("/oidc/start") if path != "/.well-known/openid-configuration" else None
    identity.answers[path] = answer
    if sent is not None:
        refused = browser.get("/oidc/back", query_string=identity.visited(sent.headers["Location"], ME))
    else:
        refused = browser.get("/oidc/start")
    assert refused.status_code == 403
    assert "没有登录成功" in refused.text
    assert browser.token == ""
    assert SECRET not in caplog.text
    assert "CANARY" not in caplog.text


def test_a_provider_that_is_not_there_is_said_to_be_so(kit: Kit, clock: Clock, identity: Identity) -> None:
    gone = f"http://127.0.0.1:{urlsplit(identity.base).port}/nowhere"
    settings = replace(kit.settings, oidc_issuer=gone, oidc_client_id=CLIENT, public_url="http://localhost")
    house = House(replace(kit, settings=settings), clock)
    identity.answers["/nowhere/.well-known/openid-configuration"] = (404, b"{}")
    assert house.browser().get("/oidc/start").status_code == 403


def test_nothing_is_called_that_is_not_https_or_here(
    house: House, identity: Identity, caplog: pytest.LogCaptureFixture
) -> None:
    """A provider's own description must not make us call around inside."""
    about = {
        "issuer": identity.base,
        "authorization_endpoint": "https://id.example/ask",
        "jwks_uri": "http://10.0.0.1/",
    }
    about["token_endpoint"] = "http://169.254.169.254/latest"
    identity.answers["/.well-known/openid-configuration"] = (200, json.dumps(about).encode())
    browser = house.browser()
    with caplog.at_level(logging.WARNING):
        assert goes(browser, identity).status_code == 403
    assert "not https" in caplog.text


def test_without_an_issuer_these_addresses_are_not_there(kit: Kit, clock: Clock) -> None:
    browser = House(kit, clock).browser()
    assert "登录" in browser.get("/login").text
    assert browser.get("/oidc/start").headers["Location"].startswith("/console/login")
