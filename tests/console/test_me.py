"""One's own account from inside: codes on a telephone, and where one is logged in."""

from __future__ import annotations

import pyotp
import pytest
from house import RIGHT, SEAL, Browser, House, hidden

from bot.kit import Kit
from handlers.console import browsers
from models.knock import TRIES
from models.roster import Roster
from models.seal import Seal
from talk import Clock


@pytest.fixture
def house(kit: Kit, clock: Clock) -> House:
    return House(kit, clock)


def shown(browser: Browser) -> tuple[dict[str, str], str]:
    """The form as filled in rightly but for its codes, and the secret that was shown."""
    page = browser.get("/me/factor")
    secret = page.text.partition("<code>")[2].partition("</code>")[0].replace(" ", "")
    return {"csrf": hidden(page, "csrf"), "sealed": hidden(page, "sealed"), "password": RIGHT}, secret


def code(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(house.clock().timestamp()))


def sits(house: House, login: str) -> Browser:
    browser = house.browser()
    assert browser.login(login).status_code == 303
    return browser


def test_whoever_wants_codes_sets_them_up_and_others_leave(house: House) -> None:
    staff = house.hire("li.si")
    browser, elsewhere = sits(house, "li.si"), sits(house, "li.si")
    form, secret = shown(browser)
    assert browser.post("/me/factor", {**form, "code": code(house, secret), "password": "no"}).status_code == 403
    assert house.staff(staff.id).totp == ""
    assert browser.post("/me/factor", {**form, "code": code(house, secret)}).status_code == 303
    assert "换手机" in browser.get("/me").text
    assert elsewhere.get("/me").status_code != 200
    again = house.browser()
    assert again.login("li.si").location.startswith("/console/factor")


def test_another_telephone_takes_a_code_of_the_one_before(house: House) -> None:
    staff = house.hire("li.si")
    browser = sits(house, "li.si")
    form, first = shown(browser)
    browser.post("/me/factor", {**form, "code": code(house, first)})
    house.clock.wait("60秒")
    form, second = shown(browser)
    kept = house.staff(staff.id).totp
    assert browser.post("/me/factor", {**form, "code": code(house, second)}).status_code == 403
    assert house.staff(staff.id).totp == kept
    form |= {"old": code(house, first), "code": code(house, second)}
    assert browser.post("/me/factor", form).status_code == 303
    assert SEAL.open(house.staff(staff.id).totp) == second


def test_tries_from_inside_lock_the_account_too(house: House) -> None:
    staff = house.hire("li.si")
    browser = sits(house, "li.si")
    form, secret = shown(browser)
    for _ in range(TRIES):
        browser.post("/me/factor", {**form, "code": code(house, secret), "password": "guessed"})
    assert house.staff(staff.id).locked_until is not None


def test_codes_sealed_with_another_key_open_nothing_and_break_nothing(house: House) -> None:
    staff, secret = house.hire("li.si"), pyotp.random_base32()
    with house.kit.db.writing() as unit:
        Roster(unit, SEAL).get(staff.id).totp = Seal("another secret of the tests, long").close(secret)
    browser = sits(house, "li.si")
    form = {"csrf": hidden(browser.get("/factor"), "csrf"), "code": code(house, secret)}
    assert browser.post("/factor", form).status_code == 403


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge，Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0", "微信，安卓"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari，iPhone"),
        ("curl/8.0", "不认识的浏览器"),
    ],
)
def test_browsers_have_names(agent: str, said: str) -> None:
    assert browsers.named(agent) == said
