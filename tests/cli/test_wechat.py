"""flask wechat and flask menu against a WeChat that says no in its ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import notices
from bot.reply import Text
from bot.wechat.errors import SendError
from desk import Desk, again
from fake_wechat import OK, TOKEN_PATH, FakeWeChat, Said, serving
from models import leases

IPS, PUSH = "/cgi-bin/getcallbackip", "/cgi-bin/menu/create"
SEND = "/cgi-bin/message/custom/send"
FROM = {"ip_list": ["203.0.113.1", "203.0.113.2"]}


@pytest.fixture
def fake() -> FakeWeChat:
    made = FakeWeChat()
    made.say(IPS, FROM)
    return made


@pytest.fixture
def terminal(desk: Desk, fake: FakeWeChat) -> Iterator[Desk]:
    with serving(fake) as base:
        account = {"wechat_appid": "wxservice", "wechat_secret": "CANARYSECRET", "wechat_api_base": base}
        yield again(desk, **account, miniapp_appid="wxmini", miniapp_secret="CANARYOTHER")


def test_accounts_that_work_say_so(terminal: Desk, fake: FakeWeChat) -> None:
    told = terminal.run("wechat", "test")
    assert "公众号 wxservice：正常，微信从 2 个地址" in told
    assert "小程序 wxmini：正常" in told
    assert [got.json["appid"] for got in fake.got if got.path == TOKEN_PATH] == ["wxservice", "wxmini"]


def test_what_is_wrong_is_one_sentence_with_its_cure(terminal: Desk, fake: FakeWeChat) -> None:
    fake.say(
        TOKEN_PATH,
        {"errcode": 40164, "errmsg": "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 6-7-8"},
        {"errcode": 40125, "errmsg": "invalid appsecret CANARYOTHER"},
    )
    told = terminal.run("wechat", "test", code=1)
    service, mini, *_ = told.splitlines()
    assert service.startswith("公众号 wxservice：不通。40164 本机的出口 IP 不在白名单（微信看到的是 203.0.113.9")
    assert "IP 白名单里加上" in service
    assert mini.startswith("小程序 wxmini：不通。40125 AppSecret 不对；")
    assert "MINIAPP_SECRET" in mini
    assert "CANARY" not in told


def test_a_wechat_out_of_reach_is_said(terminal: Desk, fake: FakeWeChat) -> None:
    fake.say(TOKEN_PATH, Said({}, how="drop"))
    assert "不通。微信接口没有回应；" in terminal.run("wechat", "test", code=1)


def test_the_status_tells_stops_and_a_test_that_goes_well_ends_them(terminal: Desk, fake: FakeWeChat) -> None:
    fake.say(TOKEN_PATH, {"errcode": 40164, "errmsg": "x"})
    terminal.run("wechat", "test", code=1)
    told = terminal.run("wechat", "status", code=1)
    assert told.count("停用  全部接口：40164 本机的出口 IP 不在白名单；") == 2
    assert "再试）" in told
    assert "令牌  没有" in told
    fake.say(TOKEN_PATH, {"access_token": fake.token, "expires_in": 7200})
    terminal.run("wechat", "test")
    assert "停用  没有" in terminal.run("wechat", "status")


def test_a_day_that_is_used_up_is_told_by_the_test_and_lifted_by_hand(terminal: Desk, fake: FakeWeChat) -> None:
    import wsgi

    kit = wsgi.build_kit(terminal.settings, working_copy=True)
    fake.say(SEND, {"errcode": 45009, "errmsg": "reach max api daily quota limit"}, OK)
    with pytest.raises(SendError):
        kit.wechat.send("oXiaoLin", Text("您好"))
    now = datetime.now(UTC)
    with kit.db.writing() as unit:
        for openid in ("oXiaoLin", "oLaoWang"):
            data = {"title": "工单", "when": "", "note": "", "text": "有答复了"}
            notices.owe(unit, "ticket_answer", openid, data, dedup=openid, now=now)
        first, second = leases.claim(unit, "w", 2, now, timedelta(minutes=1))
        leases.later(unit, first, due_at=now + timedelta(hours=9), reason="次数用完了")
        leases.later(unit, second, due_at=now + timedelta(minutes=3), reason="没有回音", in_doubt="service")
    told = terminal.run("wechat", "test")
    assert f"停用  {SEND}：45009" in told
    assert "wechat resume" in told
    assert f"恢复以前发不出：{SEND}：45009" in terminal.run("outbox", "resend", str(second.id))
    assert "没有停用" in terminal.run("wechat", "resume", "/cgi-bin/media/upload")
    told = terminal.run("wechat", "resume", SEND)
    assert f"公众号 恢复调用 {SEND}" in told
    assert "推后的 1 行现在就发" in told
    terminal.run("wechat", "status")
    with kit.db.unit() as unit:
        assert leases.any_due(unit, datetime.now(UTC), timedelta(minutes=1))
    kit.wechat.send("oXiaoLin", Text("您好"))
    kit.db.close()


def test_the_status_tells_until_when_the_token_lasts_and_never_what_it_is(terminal: Desk, fake: FakeWeChat) -> None:
    import wsgi

    fake.say("/cgi-bin/message/custom/typing", OK)
    kit = wsgi.build_kit(terminal.settings, working_copy=True)
    kit.wechat.typing("oXiaoLin")
    kit.db.close()
    told = terminal.run("wechat", "status")
    assert "令牌  有，到 20" in told
    assert "CANARY" not in told


def test_without_a_mini_program_there_is_one_account(terminal: Desk) -> None:
    alone = again(terminal, miniapp_appid="", miniapp_secret="")
    assert "小程序" not in alone.run("wechat", "status") + alone.run("wechat", "test")


def test_a_test_needs_no_database(terminal: Desk, tmp_path: Path) -> None:
    nowhere = again(terminal, database_url=f"sqlite:///{tmp_path}/gone/huicai.db")
    told = nowhere.run("wechat", "test")
    assert "公众号 wxservice：正常" in told
    assert "mkdir" in nowhere.run("wechat", "status", code=1)


def test_the_menu_is_pushed_without_a_database(terminal: Desk, fake: FakeWeChat, tmp_path: Path) -> None:
    nowhere = again(terminal, database_url=f"sqlite:///{tmp_path}/none.db")
    assert "菜单已更新" in nowhere.run("menu", "push")
    assert fake.times(PUSH) == 1
    assert not (tmp_path / "none.db").exists()


def test_a_menu_that_is_refused_says_why(terminal: Desk, fake: FakeWeChat) -> None:
    fake.say(PUSH, {"errcode": 40018, "errmsg": "invalid button name size"})
    told = terminal.run("menu", "push", code=1)
    assert "40018" in told
    assert "menu.yaml" in told
