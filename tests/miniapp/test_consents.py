"""What people agree to on the page: to the words of now, taken back at any time, with what hangs on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from phones import Phone, Phones

from activities import hold, standing
from bot.events import Announcing
from bot.kit import Kit
from config.live import Live
from config.privacy import Inventory, load_privacy
from config.settings import ROOT
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from models.agreement import Agreements
from models.broadcast import NEWS
from models.login import LoginRow, Session
from models.talent import Talents


def standings(phone: Phone) -> dict[str, str]:
    answer = phone.get("/consents").json
    assert answer is not None
    return {each["id"]: each["standing"] for each in answer["data"]["items"]}


def test_a_purpose_is_given_and_taken_back(小林: Phone, 路人: Phone) -> None:
    assert standings(小林) == {"service": "never", "phone": "never", "news": "never"}
    assert 小林.ask("PUT", "/consents/service", json={"version": 1}).status_code == 200
    assert standings(小林)["service"] == "given"
    assert standings(路人)["service"] == "never"
    assert 小林.ask("DELETE", "/consents/service").status_code == 200
    assert 小林.ask("DELETE", "/consents/service").status_code == 200
    assert standings(小林)["service"] == "withdrawn"
    小林.ask("PUT", "/consents/service", json={"version": 1})
    assert standings(小林)["service"] == "given"


@pytest.mark.parametrize("version", [0, 2, "one", 2**70, None])
def test_only_the_words_of_now_can_be_agreed_to(小林: Phone, version: Any) -> None:
    answer = 小林.ask("PUT", "/consents/service", json={"version": version})
    assert answer.status_code in (409, 422)
    assert answer.json is not None
    assert answer.json["error"]["field"] == "version"
    assert standings(小林)["service"] == "never"


def test_a_purpose_nobody_knows_is_not_found(小林: Phone) -> None:
    assert 小林.ask("PUT", "/consents/everything", json={"version": 1}).status_code == 404
    assert 小林.ask("DELETE", "/consents/everything").status_code == 404


def test_new_words_ask_anew(kit: Kit, phones: Phones, 小林: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    小林.ask("PUT", "/consents/service", json={"version": 1})
    path = ROOT / "config/privacy.yaml"
    old = load_privacy(path)
    purposes = old.purposes | {"service": old.purposes["service"].model_copy(update={"version": 2})}
    newer: Live[Inventory] = Live(path, lambda _: old.model_copy(update={"purposes": purposes}))
    gate = Gate(replace(kit, privacy=newer), None)  # type: ignore[arg-type]
    with kit.db.unit() as unit:
        talent = Talents(unit).get(小林.talent.id)
        monkeypatch.setattr(gate, "session", lambda: Session(LoginRow(), talent))
        with pytest.raises(Refused) as caught:
            gate.agreed(unit, "service")
    assert (caught.value.status, caught.value.fault.code) == (403, "consent_required")
    with kit.db.writing() as unit:
        assert Agreements(unit).give(talent.openid, "service", how="page", version=2, now=kit.now())
    with kit.db.unit() as unit:
        gate.agreed(unit, "service")


def test_what_was_agreed_to_in_the_chat_is_no_consent_to_the_words_of_the_page(kit: Kit, 小林: Phone) -> None:
    with kit.db.writing() as unit:
        Agreements(unit).give(小林.talent.openid, NEWS, how="chat", now=kit.now())
    assert standings(小林)["news"] == "outdated"


def test_to_take_back_news_stops_reminders_and_what_is_owed(kit: Kit, 小林: Phone) -> None:
    number = hold(kit)
    小林.ask("PUT", "/consents/news", json={"version": 1})
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        events.sign_up(events.find(number), 小林.talent.openid, remind=True, now=kit.now())
    小林.ask("DELETE", "/consents/news")
    assert standing(kit, number, 小林.talent.openid) == ("going", False)


def test_to_take_back_the_number_forgets_it(kit: Kit, 小林: Phone) -> None:
    with kit.db.writing() as unit:
        row = Talents(unit).row(小林.talent)
        row.phone, row.phone_key = "sealed", "key"
    小林.ask("DELETE", "/consents/phone")
    with kit.db.unit() as unit:
        row = Talents(unit).row(小林.talent)
        assert (row.phone, row.phone_key) == ("", "")


def test_anybody_reads_what_we_do(phones: Phones) -> None:
    answer = phones.stranger().get("/privacy")
    assert answer.status_code == 200
    assert answer.json is not None
    said = answer.json["data"]
    assert [each["id"] for each in said["purposes"]] == ["service", "phone", "news"]
    assert said["phone"] is None  # not published
    kept = {each["what"]: each["keep"] for each in said["data"]}
    assert kept["您问的问题、发的消息和我们的回答"] == "90 天"
    assert not [what for what in kept if "员工" in what]
    assert {each["name"] for each in said["shared"]} == {"微信（深圳市腾讯计算机系统有限公司）"}
