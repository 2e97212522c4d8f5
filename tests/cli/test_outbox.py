"""`flask outbox`: what staff see of what is owed, and what they can do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import notices
from bot.reply import Text, dump
from bot.ways import Facts
from bot.ways import again as repeated
from bot.window import Window
from desk import Desk, again
from models import leases, message, outbox, sending
from models.broadcast import Audience, Broadcasts
from models.db import Database
from models.talent import App, Talents

OPENID = "oXiaoLin0123456789abcdefghij"
TEXT = "您的工单有答复了，请打 13800138000。"


@pytest.fixture
def owing(desk: Desk) -> Desk:
    """One that died after a call without an answer, one that waits, one that is due."""
    now = datetime.now(UTC)
    database = Database(desk.settings.database_url)
    for name, openid in (("ticket_answer", OPENID), ("broadcast", "oSomebody"), ("reminder", OPENID)):
        data = {"title": "工单", "when": "", "note": "", "text": TEXT}
        with database.writing() as unit:
            notices.owe(unit, name, openid, data, dedup=name, now=now)
    with database.writing() as unit:
        first, second = leases.claim(unit, "w", 2, now, timedelta(minutes=1))
        number = sending.begin(unit, first.id, OPENID, part=0, way="service", now=now)
        sending.done(unit, number, sending.UNSURE)
        leases.dead(unit, first, reason="试了 20 次没有发出去")
        leases.waiting(unit, second, reason="也没有别的路")
    database.close()
    return desk


def test_what_is_owed_and_why_without_telling_who(owing: Desk) -> None:
    said = owing.run("outbox", "list")
    assert [line.split()[0] for line in said.splitlines()[:-1]] == ["3", "2", "1"]
    assert "没发成  试了 20 次" in said
    assert "oXia..." in said
    assert OPENID not in said
    assert owing.run("outbox", "list", "--state", "waiting").splitlines()[-1] == "共 1 行"
    assert owing.run("outbox", "list", "--openid", OPENID).splitlines()[-1] == "共 2 行"
    assert owing.run("outbox", "list", "--openid", "o0") == "没有这样的行\n"


def test_one_row_with_its_calls_and_the_way_open_now(owing: Desk) -> None:
    assert "客服消息   没有回音" in owing.run("outbox", "show", "1")
    waits = owing.run("outbox", "show", "2")
    assert "现在的路：没有（对方近两天没有来过" in waits
    assert "内容：您的工单有答复了" in waits
    assert "13800138000" not in waits


def test_sums(owing: Desk) -> None:
    said = owing.run("outbox", "stats")
    assert said.splitlines()[:5] == ["待发 1", "在发 0", "已发 0", "等对方 1", "没发成 1"]
    assert "就该发了" in said
    assert "1  没发成：试了 20 次没有发出去" in said


def test_what_perhaps_did_not_arrive_is_counted_apart(owing: Desk) -> None:
    now = datetime.now(UTC)
    database = Database(owing.settings.database_url)
    with database.writing() as unit:
        data = {"title": "群发", "when": "", "note": "", "text": TEXT}
        made = Broadcasts(unit).add("群发", TEXT, Audience(), per_minute=60, at_night=True, now=now).id
        for openid in ("o1", "o2"):
            notices.owe(unit, "broadcast", openid, data, dedup=f"broadcast:{made}:{openid}", now=now)
    doubts = [sending.Sending(n, 1, 0, "service", "", "", sending.UNSURE, now) for n in (1, 2)]
    over = repeated(Facts(True, Window(5, None)), doubts, now)
    with database.writing() as unit:
        _, first, second = leases.claim(unit, "w", 3, now, timedelta(minutes=1))
        leases.sent(unit, first, way="service", reason=over.why, now=now)
        leases.sent(unit, second, way="service", now=now)
    database.close()
    assert "已发的里面 1 行没有回音，可能没送到" in owing.run("outbox", "stats")
    assert "1 人没有回音、可能没送到" in owing.run("event", "broadcasts")


def test_sending_again(owing: Desk) -> None:
    assert owing.run("outbox", "resend", "--dead") == "1 行排上了，由时钟发出\n"
    assert "待发  人工重发" in owing.run("outbox", "show", "1")
    assert owing.run("outbox", "resend", "--dead") == "0 行排上了，由时钟发出\n"
    assert owing.run("outbox", "resend", "2") == "1 行排上了，由时钟发出\n"


def test_dropping(owing: Desk) -> None:
    assert owing.run("outbox", "drop", "3", "--why", "活动改期") == "3 不发了\n"
    assert "没发成  活动改期" in owing.run("outbox", "list")


def test_what_cannot_be_done_is_told_in_one_sentence(owing: Desk) -> None:
    assert "没有编号 9" in owing.run("outbox", "show", "9", code=1)
    assert "没有编号 9" in owing.run("outbox", "resend", "9", code=1)
    assert "写一个编号" in owing.run("outbox", "resend", code=1)
    assert "取消不了" in owing.run("outbox", "drop", "1", code=1)


def wrote(database: Database, openid: str, now: datetime) -> None:
    row = {"key": f"from {openid}", "openid": openid, "kind": "text", "text": "你好", "route": "", "note": ""}
    row |= {"score": None, "content": "", "reply": None, "owed": False, "offers": None, "opens": "message"}
    with database.writing() as unit:
        message.add(unit, {**row, "sent_at": now, "received_at": now})


@pytest.mark.parametrize(
    ("app", "reply_by", "notice_by"),
    [("service", "没有", "客服消息"), ("miniapp", "小程序客服消息", "小程序客服消息")],
)
def test_of_one_who_is_in_both_the_way_is_that_of_the_account_the_row_may_go_by(
    desk: Desk, app: App, reply_by: str, notice_by: str
) -> None:
    """An answer to what was said in the mini-program goes there alone; a notice to whichever account is open."""
    now, database = datetime.now(UTC), Database(desk.settings.database_url)
    openids: dict[App, str] = {"service": "oChat", "miniapp": "oMini"}
    with database.writing() as unit:
        for each, openid in openids.items():
            Talents(unit).enter(openid, each, unionid="one", now=now)
        outbox.add(unit, "oMini", notices.REPLY, dump(Text("好")), dedup="said", now=now, account="miniapp")
        data = {"title": "活动", "when": "", "note": "", "text": TEXT}
        notices.owe(unit, "reminder", "oMini", data, dedup="n", now=now, account="miniapp")
    wrote(database, openids[app], now)
    database.close()
    both = again(desk, miniapp_appid="wxmini", miniapp_secret="a secret of the mini-program")
    assert f"现在的路：{reply_by}（" in both.run("outbox", "show", "1")
    assert f"现在的路：{notice_by}（" in both.run("outbox", "show", "2")
