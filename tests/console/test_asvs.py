"""OWASP ASVS 5.0, the items that concern the console, by number; docs/operate.md tells where the others are tested.

Elsewhere: 1.2.10 and 5.3.2 exports and files, 6.2.4 and 11.4.2 tests/models/test_password.py, 6.3.1, 7.3, 7.4.2, 8.3.2,
11.5.1, 15.4.2 tests/models/test_knock.py, 8.2 the walk, 13.1.3 single sign-on.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from house import RIGHT, SEAL, House, hidden

from bot.kit import Kit
from config.logs import Line, Scrubber
from handlers.console.gate import BODY, COOKIE, UPLOAD
from handlers.console.login import TRIES
from models.audit_trail import Wanted, rows
from models.db import Unavailable
from models.roster import Roster
from talk import Clock

CONSOLE = Path(__file__).parents[2] / "handlers" / "console"
NAUGHTY = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "' OR 1=1 --", "a\u202eb", "=1+1"]


@pytest.fixture
def house(kit: Kit, clock: Clock) -> House:
    return House(kit, clock)


@pytest.fixture
def admin(house: House) -> House:
    """With an admin whose second factor is in a drawer."""
    house.kit = replace(house.kit, settings=replace(house.kit.settings, second_factor="off"))
    return House(house.kit, house.clock)


@pytest.mark.parametrize("word", NAUGHTY)
def test_1_2_1_what_people_wrote_is_no_markup(admin: House, word: str) -> None:
    admin.hire("zhang.san", "admin")
    browser = admin.browser()
    browser.login("zhang.san")
    form = {"csrf": browser.csrf, "login": "new.one", "name": word, "role": "agent", "unit": "hotline"}
    browser.post("/staff", form)
    for path in ("/staff", "/staff/2", "/units"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">49<" not in page


@pytest.mark.parametrize("word", ["' OR '1'='1", "zhang.san' --", "%", "_", "zhang.san\x00"])
def test_1_2_4_what_is_typed_is_no_sql(house: House, word: str) -> None:
    refused = 400 if "\x00" in word else 403  # the gate takes no NUL at all
    house.hire("zhang.san")
    assert house.browser().login(word).status_code == refused
    assert house.browser().login("zhang.san", word).status_code == refused


def test_2_2_1_the_server_checks_what_a_form_offers(admin: House) -> None:
    admin.hire("zhang.san", "admin")
    browser = admin.browser()
    browser.login("zhang.san")
    good = {"csrf": browser.csrf, "login": "new.one", "name": "某人", "role": "agent", "unit": "hotline"}
    for name, value in (("role", "root"), ("unit", "nowhere"), ("login", "x" * 65), ("name", "")):
        assert browser.post("/staff", {**good, name: value}).status_code == 400, name
    with admin.kit.db.unit() as unit:
        assert len(Roster(unit, SEAL).everybody()) == 1


def test_2_3_1_no_step_of_the_login_is_skipped(house: House) -> None:
    """The password alone opens nothing where a second factor is wanted, and nothing before a new password."""
    house.hire("zhang.san", "admin")
    half = house.browser()
    half.login("zhang.san")
    assert half.get("/staff").headers["Location"].startswith("/console/login")
    assert half.post("/me/password", {}).headers["Location"].startswith("/console/login")


def test_2_4_1_an_address_that_fails_too_often_waits(house: House) -> None:
    browser = house.browser("10.9.9.9")
    for number in range(TRIES):
        assert browser.login(f"nobody{number}").status_code == 403
    assert browser.login("nobody").status_code == 429
    house.hire("li.si")
    assert house.browser("10.9.9.8").login("li.si").status_code == 303, "others go on"


def test_3_3_cookies_are_seen_by_the_server_alone(kit: Kit, clock: Clock) -> None:
    house = House(replace(kit, settings=replace(kit.settings, public_url="https://desk.example.gov.cn")), clock)
    cookie = house.browser().get("/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/static/desk.css"])
def test_3_4_every_answer_has_its_headers(house: House, path: str) -> None:
    """3.4.3 CSP without inline, 3.4.4 nosniff, 3.4.5 referrer, 3.4.6 frames, 3.4.8 opener."""
    answer = house.browser().get(path, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy.split("; "))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


def test_3_4_1_https_stays_https(kit: Kit, clock: Clock) -> None:
    house = House(replace(kit, settings=replace(kit.settings, public_url="https://desk.example.gov.cn")), clock)
    assert house.browser().get("/login").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_3_4_3_no_template_has_anything_inline() -> None:
    """No script in a page, no handler, no style: the policy would stop them."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    for path in CONSOLE.rglob("*.html"):
        found = inline.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.name}: {found[0]}"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_3_5_1_another_site_posts_nothing_even_with_the_token(house: House, headers: dict[str, str]) -> None:
    house.hire("li.si")
    browser = house.browser()
    browser.login("li.si")
    form = {"csrf": browser.csrf}
    assert browser.post("/logout", form, headers=headers).status_code == 400
    assert browser.post("/logout", form, headers={"Origin": "null"}).status_code == 400
    assert browser.post("/logout", form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        ("", "10.0.0.5", "1.2.3.4", "10.0.0.5"),
        ("127.0.0.1", "10.0.0.5", "1.2.3.4", "10.0.0.5"),
        ("127.0.0.1", "127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("127.0.0.1 10.0.0.0/8", "127.0.0.1", "6.6.6.6, 1.2.3.4, 10.2.2.2", "1.2.3.4"),
        ("127.0.0.1", "127.0.0.1", "<script>", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_4_1_3_only_our_proxies_say_who_calls(
    kit: Kit, clock: Clock, proxies: str, peer: str, forwarded: str, address: str
) -> None:
    house = House(replace(kit, settings=replace(kit.settings, trusted_proxies=proxies)), clock)
    house.hire("li.si")
    house.browser(peer).login("li.si", headers={"X-Forwarded-For": forwarded})
    with house.kit.db.unit() as unit:
        assert rows(unit, Wanted(action="login"))[0].address == address


def test_5_2_1_what_is_too_large_is_not_read(house: House) -> None:
    house.hire("li.si")
    browser = house.browser()
    assert browser.post("/login", {"login": "x" * 20_000}).status_code == 413
    browser.login("li.si")
    csrf = browser.csrf
    answer = browser.post("/me/settings", {"csrf": csrf, "x": "x" * (BODY + 1)})
    assert answer.status_code == 413
    assert "太大了" in answer.text
    large = {"CONTENT_LENGTH": str(UPLOAD + 1), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    path = "/console/tickets/T20261122-0001/attach"
    assert browser.client.post(path, environ_overrides=large).status_code == 413


def test_6_3_2_there_is_no_account_that_nobody_made(house: House) -> None:
    with house.kit.db.unit() as unit:
        assert Roster(unit, SEAL).everybody() == []


def test_6_3_8_an_unknown_name_is_hashed_against_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work for accounts that are there, that are not, that are locked; the same answer (test_login.py)."""
    seen: list[str] = []
    monkeypatch.setattr("models.password.fits", lambda kept, given: bool(seen.append(kept)))
    house.hire("li.si")
    for login in ("li.si", "nobody", "", "x" * 500):
        house.browser().login(login)
    assert len(seen) == 4
    with house.kit.db.unit() as unit:
        assert [row.action for row in rows(unit, Wanted())] == ["login.failed"] * 4 + ["staff.add"]


def test_7_2_4_every_step_of_the_login_gives_a_new_token(house: House) -> None:
    house.hire("li.si")
    browser = house.browser()
    browser.client.set_cookie(COOKIE, "fixed-by-somebody-else")
    browser.login("li.si")
    first = browser.token
    assert first != "fixed-by-somebody-else"
    again = house.browser()
    again.login("li.si")
    assert again.token != first


def test_7_4_1_polling_alone_keeps_no_session_alive(house: House) -> None:
    house.hire("li.si")
    browser = house.browser()
    browser.login("li.si")
    for _ in range(4):
        house.clock.wait("9分钟")
        browser.get("/poll")
    assert browser.get("/me").status_code == 303


def test_7_4_3_one_ends_ones_other_sessions(house: House) -> None:
    house.hire("li.si")
    here, there = house.browser(), house.browser("10.1.0.2")
    here.login("li.si")
    there.login("li.si")
    assert "10.1.0.2" in here.get("/me").text
    here.post("/me/sessions", {"csrf": here.csrf})
    assert there.get("/me").status_code == 303
    assert here.get("/me").status_code == 200


def test_14_2_1_nothing_secret_stands_in_an_address(house: House) -> None:
    """The next page and the filters do; tokens, codes of the second factor and passwords do not."""
    house.hire("zhang.san", "admin")
    browser = house.browser()
    to = browser.login("zhang.san", next="/console/staff").headers["Location"]
    assert to == "/console/factor?next=/console/staff"
    assert browser.get(f"/login?login=zhang.san&password={RIGHT}").status_code == 200
    assert browser.get("/staff").status_code == 303, "logged in by an address"


def test_16_3_who_came_in_and_who_did_not_is_told_without_secrets(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """16.2.5, 16.3.1, 16.3.2, 16.4.1."""
    house.hire("li.si")
    with caplog.at_level(logging.INFO):
        browser = house.browser()
        browser.login("li.si", "CANARY-password-1")
        browser.login("CANARY\nforged line", "CANARY")
        browser.login("li.si")
        browser.get("/staff")
    told = [record for record in caplog.records if record.name == "huicai.console"]
    said = [Line(Scrubber(()), as_json=False).format(record) for record in told]
    assert sum("login failed from 10.1.0.1" in line for line in said) == 2
    assert sum("login: staff 1 from 10.1.0.1" in line for line in said) == 1
    assert sum("refused: staff 1 wants staff, role agent" in line for line in said) == 1
    assert "CANARY" not in caplog.text
    assert browser.token not in caplog.text
    with house.kit.db.unit() as unit:
        audited = rows(unit, Wanted())
    assert [row.action for row in audited] == ["login", "login.failed", "login.failed", "staff.add"]
    assert "CANARY" not in json.dumps([row.detail for row in audited])


@pytest.mark.parametrize(
    ("fault", "status"), [(ValueError("CANARY in a trace"), 500), (Unavailable("CANARY at 10.0.0.3"), 503)]
)
def test_16_5_a_failure_tells_a_number_and_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """16.5.1 generic, 16.5.2 survives, 16.5.3 fails closed, 16.5.4 the last resort."""
    house.hire("li.si")
    browser = house.browser()
    browser.login("li.si")

    def fails(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("models.entrance.Entrance.inside", fails)
    answer = browser.get("/me")
    assert answer.status_code == status
    assert "CANARY" not in answer.text
    assert "Traceback" not in answer.text
    number = re.search(r"编号 ([0-9a-f]{8})", answer.text)
    assert number
    piece = browser.get("/me", headers={"HX-Request": "true"})
    assert (piece.status_code, piece.text.startswith("<p")) == (status, True)
    assert "CANARY" in caplog.text
    monkeypatch.undo()
    assert browser.get("/me").status_code == 200


def test_16_5_what_is_refused_says_what_to_do(house: House) -> None:
    house.hire("li.si")
    browser = house.browser()
    browser.login("li.si")
    for path, status, words in (("/staff", 403, "没有权限"), ("/anything", 404, "没有找到")):
        answer = browser.get(path)
        assert (answer.status_code, words in answer.text) == (status, True)
    assert "页面放久了" in browser.post("/logout", {"csrf": "old"}).text


def test_an_admin_resets_and_the_new_password_is_shown_once(admin: House) -> None:
    admin.hire("zhang.san", "admin")
    staff = admin.hire("li.si")
    browser = admin.browser()
    browser.login("zhang.san")
    page = browser.post(f"/staff/{staff.id}/password", {"csrf": browser.csrf})
    made = re.search(r'data-copy="([^"]+)"', page.text)
    assert made
    assert made[1] not in browser.get(f"/staff/{staff.id}").text
    assert admin.browser().login("li.si").status_code == 403
    other = admin.browser()
    assert other.login("li.si", made[1]).status_code == 303
    assert other.get("/me").headers["Location"] == "/console/me/password"


def test_auditors_read_filter_and_verify(admin: House) -> None:
    admin.hire("sun", "auditor")
    admin.hire("li.si")
    browser = admin.browser()
    browser.login("sun")
    assert "建账号" in browser.get("/audit").text
    table = browser.get("/audit?action=login&actor=staff:1", headers={"HX-Request": "true"}).text
    assert table.count("<tr>") == 1
    assert "没有动过" in browser.post("/audit/verify", {"csrf": browser.csrf}).text
    assert "核对审计记录" in browser.get("/audit?action=audit.verify").text


def test_what_is_unmasked_is_on_record(house: House) -> None:
    """14.2.6: every view of what is hidden is a row that names who, whose and what."""
    from flask import g

    from handlers.console.gate import Gate

    staff = house.hire("li.si")
    browser = house.browser()
    browser.login("li.si")
    gate = Gate(house.kit)
    with house.app.test_request_context(environ_base={"REMOTE_ADDR": "10.1.0.1"}), house.kit.db.writing() as unit:
        g.inside = gate.entrance(unit).inside(browser.token, house.clock())
        gate.revealed(unit, "ticket:T20261122-0001", "contact", "回电话")
    with house.kit.db.unit() as unit:
        row = rows(unit, Wanted(action="reveal"))[0]
    assert (row.actor, row.object, row.address) == (staff.actor.key, "ticket:T20261122-0001", "10.1.0.1")
    assert json.loads(row.detail) == {"field": "contact", "why": "回电话"}


def test_a_login_form_that_lay_too_long_is_shown_again(house: House) -> None:
    browser = house.browser()
    browser.get("/login")
    again = browser.post("/login", {"mark": "old", "login": "x", "password": "y"})
    assert again.status_code == 400
    assert hidden(again, "mark")
