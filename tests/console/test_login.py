"""Coming in at the console, as a browser does it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from house import KEPT, RIGHT, SEAL, Browser, House, hidden

from bot.kit import Kit
from handlers.console.gate import COOKIE
from handlers.console.login import Login
from models import audit_trail
from models.audit_trail import Wanted
from models.knock import TRIES
from models.roster import Roster
from models.staff import Staff
from talk import Clock


@pytest.fixture
def house(kit: Kit, clock: Clock) -> House:
    return House(kit, clock)


def test_who_has_the_password_is_inside(house: House) -> None:
    house.hire("li.si")
    browser = house.browser()
    assert browser.get("/me/password").headers["Location"].startswith("/console/login?next=")
    done = browser.login("Li.Si", next="/console/me/password")
    assert (done.status_code, done.headers["Location"]) == (303, "/console/me/password")
    assert browser.get("/me/password").status_code == 200


def test_a_wrong_password_an_unknown_name_a_disabled_account_get_the_same_answer(house: House) -> None:
    house.hire("li.si")
    gone = house.hire("wang.wu")
    with house.kit.db.writing() as unit:
        Roster(unit, SEAL).disable("cli:test", gone.id, now=house.clock())
    answers = set()
    for login, password in (("li.si", "wrong-Password-1"), ("nobody", RIGHT), ("wang.wu", RIGHT)):
        browser = house.browser()
        refused = browser.login(login, password)
        assert refused.status_code == 403
        answers.add(re.sub(r'name="mark" value="[^"]*"', "", refused.text))
        assert browser.token == ""
    assert len(answers) == 1


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(house: House) -> None:
    staff = house.hire("li.si")
    browser = house.browser()
    for _ in range(TRIES):
        browser.login("li.si", "wrong-Password-1")
    locked = browser.login("li.si")
    assert locked.status_code == 403
    assert "用户名或密码不对" in locked.text
    house.clock.wait("14分钟")
    assert browser.login("li.si").status_code == 403
    house.clock.wait("2分钟")
    assert browser.login("li.si").status_code == 303
    assert house.staff(staff.id).failures == 0


def test_a_stranger_leaves_no_session_behind(house: House) -> None:
    browser = house.browser()
    browser.get("/login")
    browser.login("nobody")
    assert house.sessions() == 0


def test_a_login_form_of_somebody_elses_is_refused(house: House) -> None:
    house.hire("li.si")
    other = hidden(house.browser().get("/login"), "mark")
    browser = house.browser()
    browser.get("/login")
    for mark in (other, "", "k1:nonsense", "k1:AAAA"):
        refused = browser.post("/login", {"mark": mark, "login": "li.si", "password": RIGHT})
        assert refused.status_code == 400
    mine = hidden(browser.get("/login"), "mark")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        form = {"mark": mine, "login": "li.si", "password": RIGHT}
        assert browser.post("/login", form, headers=headers).status_code == 400
    assert browser.token == ""


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example/console/", "/\\evil.example", "javascript:alert(1)", "/console/login",
     "/console/..//evil.example\\", "/wechat"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_the_login(house: House, to: str) -> None:
    house.hire("li.si")
    assert house.browser().login("li.si", next=to).headers["Location"] == "/console/"


def test_a_password_that_somebody_else_has_set_must_be_changed_first(house: House) -> None:
    house.hire("li.si", settled=False)
    browser = house.browser()
    browser.login("li.si")
    before = browser.token
    assert browser.get("/me").headers["Location"] == "/console/me/password"
    page = browser.get("/me/password")
    new = "a-Sentence-of-my-own-9"
    form = {"csrf": hidden(page, "csrf"), "old": RIGHT, "new": new, "again": new}
    assert browser.post("/me/password", form).headers["Location"] == "/console/"
    assert browser.token != before
    assert house.browser().login("li.si").status_code == 403
    assert house.browser().login("li.si", new).status_code == 303


def test_admins_set_up_a_second_factor_at_their_first_login(house: House) -> None:
    admin = house.hire("zhang.san", "admin")
    browser = house.browser()
    assert browser.login("zhang.san").headers["Location"].startswith("/console/factor")
    half = browser.token
    assert browser.get("/me/password").headers["Location"].startswith("/console/login")
    page = browser.get("/factor")
    assert "<svg" in page.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert secret
    codes = pyotp.TOTP(secret[1].replace(" ", ""))
    form = {"csrf": hidden(page, "csrf"), "sealed": hidden(page, "sealed"), "code": "000000"}
    assert browser.post("/factor", form).status_code == 403
    form["code"] = codes.at(int(house.clock().timestamp()))
    assert browser.post("/factor", form).headers["Location"] == "/console/"
    assert browser.token != half
    assert browser.get("/me/password").status_code == 200
    assert secret[1].replace(" ", "") not in house.staff(admin.id).totp

    again = house.browser()
    again.login("zhang.san")
    asked = again.get("/factor")
    assert "<svg" not in asked.text
    used = {"csrf": hidden(asked, "csrf"), "code": form["code"]}
    assert again.post("/factor", used).status_code == 403, "a code was taken twice"
    house.clock.wait("30秒")
    used["code"] = codes.at(int(house.clock().timestamp()))
    assert again.post("/factor", used).status_code == 303


def test_wrong_codes_lock_the_account_too(house: House) -> None:
    admin = house.hire("zhang.san", "admin")
    secret = pyotp.random_base32()
    with house.kit.db.writing() as unit:
        Roster(unit, SEAL).get(admin.id).totp = SEAL.close(secret)
    browser = house.browser()
    for number in range(TRIES):
        browser.login("zhang.san")  # the right password does not wipe out the wrong codes
        page = browser.get("/factor")
        browser.post("/factor", {"csrf": hidden(page, "csrf"), "code": f"00000{number}"})
    assert house.staff(admin.id).locked_until is not None
    form = {"csrf": hidden(page, "csrf"), "code": pyotp.TOTP(secret).at(int(house.clock().timestamp()))}
    assert browser.post("/factor", form).status_code == 403
    assert browser.login("zhang.san").status_code == 403


def test_after_the_logout_the_cookie_opens_nothing(house: House) -> None:
    house.hire("li.si")
    browser = house.browser()
    browser.login("li.si")
    token = browser.token
    csrf = hidden(browser.get("/me/password"), "csrf")
    assert browser.post("/logout", {}).status_code == 400
    assert browser.post("/logout", {"csrf": csrf}).headers["Location"] == "/console/login"
    browser.client.set_cookie(COOKIE, token)
    assert browser.get("/me/password").status_code == 303


def test_going_out_is_on_record(house: House) -> None:
    staff = house.hire("li.si")
    browser, other = house.browser(), house.browser("10.1.0.2")
    browser.login("li.si")
    other.login("li.si")
    browser.post("/me/sessions", {"csrf": browser.csrf})
    assert other.get("/me").status_code == 303
    browser.post("/me/sessions", {"csrf": browser.csrf})  # there is none that it could end
    browser.post("/logout", {"csrf": browser.csrf})
    with house.kit.db.unit() as unit:
        found = audit_trail.rows(unit, Wanted(actor=staff.actor.key, action="logout"))
    assert [(each.action, each.object, each.address) for each in found] == [
        ("logout", f"staff:{staff.id}", "10.1.0.1"),
        ("logout.elsewhere", f"staff:{staff.id}", "10.1.0.1"),
    ]


def test_who_gives_up_half_way_has_not_been_in(house: House) -> None:
    admin = house.hire("zhang.san", "admin")
    browser = house.browser()
    browser.login("zhang.san")
    browser.post("/logout", {"csrf": hidden(browser.get("/factor"), "csrf")})
    with house.kit.db.unit() as unit:
        assert audit_trail.rows(unit, Wanted(actor=admin.actor.key)) == []


def test_cookies_are_bound_to_the_address_when_it_is_https(kit: Kit, clock: Clock) -> None:
    house = House(replace(kit, settings=replace(kit.settings, public_url="https://desk.example.gov.cn")), clock)
    cookie = house.browser().get("/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-huicai_door=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_login_in_the_middle_of_a_reset_password_opens_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, browser, enters = house.hire("chen"), house.browser(), Login.enters

    def meanwhile(login: Login, proved: Staff, how: str, to: str) -> object:
        with house.kit.db.writing() as unit:
            Roster(unit, SEAL).reset_password("cli:test", staff.id, KEPT, now=house.clock())
        return enters(login, proved, how, to)

    monkeypatch.setattr(Login, "enters", meanwhile)
    assert browser.login("chen").status_code == 403
    assert browser.get("/me").status_code == 303
    assert house.sessions() == 0


def changes(browser: Browser, csrf: str, old: str) -> int:
    new = "Another-Horse-8-pile"
    return browser.post("/me/password", {"csrf": csrf, "old": old, "new": new, "again": new}).status_code


def test_the_present_password_is_not_guessed_without_end_from_inside(house: House) -> None:
    staff, browser = house.hire("chen"), house.browser()
    browser.login("chen")
    csrf = browser.csrf
    assert [changes(browser, csrf, f"wrong {n}") for n in range(5)] == [403] * 5
    assert house.staff(staff.id).locked_until is not None
    assert changes(browser, csrf, RIGHT) == 403
    with house.kit.db.unit() as unit:
        said = [row.action for row in audit_trail.rows(unit, Wanted(staff.actor.key, "login."), limit=9)]
    assert said == ["login.locked", *["login.failed"] * 4]
    house.clock.at += timedelta(minutes=16)
    assert changes(browser, csrf, RIGHT) == 303
