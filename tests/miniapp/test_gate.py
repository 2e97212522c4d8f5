"""Who gets in, what is refused, and that a POST sent twice is done once."""

from __future__ import annotations

from datetime import timedelta

from phones import Phone, Phones


def test_nothing_personal_without_a_login(phones: Phones) -> None:
    answer = phones.stranger().get("/me")
    assert answer.status_code == 401
    assert answer.json == {"ok": False, "error": {"code": "login_required", "text": "请先登录", "field": None}}


def test_a_login_ends_after_thirty_days_without_use(小林: Phone, phones: Phones) -> None:
    assert 小林.get("/me").status_code == 200
    phones.clock.at += timedelta(days=29)
    assert 小林.get("/me").status_code == 200
    phones.clock.at += timedelta(days=29)
    assert 小林.get("/me").status_code == 200
    phones.clock.at += timedelta(days=31)
    assert 小林.get("/me").status_code == 401


def test_what_nobody_knows_is_refused_with_its_name(小林: Phone) -> None:
    answer = 小林.ask("PUT", "/me", json={"elder": True, "admin": True})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "admin"
    assert 小林.ask("PUT", "/me", json={"elder": True}).json == {
        "ok": True,
        "data": {"elder": True, "following": "miniapp", "linked": False, "phone": ""},
    }
