"""`flask event`: what staff type about events, and the sentence they get when it can't be done."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import AppGroup
from openpyxl import load_workbook

from bot.kit import Kit
from config.calendar import SHANGHAI
from desk import Desk
from handlers.cli import attendance
from handlers.cli.opened import Opened
from models.db import Database
from models.events import Events, NewEvent
from models.outbox import OutboxRow

SALON = ("event", "add", "高层次人才沙龙", "--place", "人才之家", "--start", "2099-12-04 14:00")


def number(said: str) -> str:
    return said.split()[0]


def signed_up(desk: Desk, event: str, *people: str, comment: str = "") -> None:
    database = Database(desk.settings.database_url)
    with database.writing() as unit:
        events = Events(unit)
        found = events.find(event)
        for openid in people:
            signup = events.sign_up(found, openid, remind=True, now=found.created_at)
            signup.comment = comment
        unit.session.flush()
    database.close()


def owed(desk: Desk) -> list[tuple[str, str]]:
    database = Database(desk.settings.database_url)
    with database.unit() as unit:
        found = [(row.kind, row.openid) for row in unit.session.query(OutboxRow).order_by(OutboxRow.id)]
    database.close()
    return found


def test_from_a_draft_to_a_cancelled_event(desk: Desk) -> None:
    assert desk.run("event", "list") == "没有活动；用 flask event add 新建\n"
    event = number(desk.run(*SALON, "--capacity", "1", "--remind", "1天 2小时"))
    assert event == "H20991204-01"
    assert "未发布" in desk.run("event", "list")
    assert "报名中" in desk.run("event", "open", event)
    signed_up(desk, event, "oXiaoLin", "oLaoWang")
    assert "报名 1/1，候补 1" in desk.run("event", "list")
    assert "1 人由候补转为正式" in desk.run("event", "edit", event, "--capacity", "2")
    assert "排上 2 条通知" in desk.run("event", "edit", event, "--start", "2099-12-05 09:00")
    shown = desk.run("event", "show", event)
    assert "2099-12-05 09:00" in shown
    assert "提醒：1d 2h" in shown
    assert "排上 2 条通知" in desk.run("event", "cancel", event, "--why", "场地停电")
    assert desk.run("event", "list") == "没有活动；用 flask event add 新建\n"
    assert "取消原因：场地停电" in desk.run("event", "show", event)
    assert owed(desk)[-1] == ("event_cancelled", "oLaoWang")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "H1"), "没有编号 H1 的活动"),
        (("add", "沙龙", "--start", "下周五"), "“下周五”不是时间；写成 2027-04-23"),
        (("add", "沙龙", "--remind", "三天"), "看不懂提醒时间“三天”"),
        (("add", "沙龙", "--start", "2099-12-04 14:00", "--end", "2099-12-04 13:00"), "结束时间要在开始时间以后"),
        (("add", "沙龙", "--open"), "时间还没有定，不能发布"),
        (("add", "沙龙", "--start", "2020-04-24"), "开始时间 2020-04-24 已经过了；确实要写过去的时间，加 --past"),
        (("confirm", "talent_day", "2020", "2020-09-12"), "开始时间 2020-09-12 已经过了"),
        (("confirm", "no_day", "2099", "2099-04-24"), "days.yaml 里没有 no_day；有的是：talent_day 人才日"),
        (("confirm", "talent_day", "2099", "2098-04-24"), "2098-04-24 不在 2099 年"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(desk: Desk, words: tuple[str, ...], told: str) -> None:
    said = desk.run("event", *words, code=1)
    assert told in said
    assert len(said.splitlines()) == 1


def test_nothing_given_to_change(desk: Desk) -> None:
    event = number(desk.run(*SALON, "--open"))
    assert "没有说改什么" in desk.run("event", "edit", event, code=1)


def test_nothing_is_moved_behind_us_by_mistake(desk: Desk) -> None:
    event = number(desk.run(*SALON, "--open"))
    signed_up(desk, event, "oXiaoLin")
    assert "开始时间 2020-12-04 14:00 已经过了" in desk.run(
        "event", "edit", event, "--start", "2020-12-04 14:00", code=1
    )
    assert "结束时间 2020-12-04 16:00 已经过了" in desk.run("event", "edit", event, "--end", "2020-12-04 16:00", code=1)
    assert "报名中" in desk.run("event", "show", event)
    assert owed(desk) == []
    assert "未发布" in desk.run("event", "add", "去年的沙龙", "--start", "2020-12-04", "--past")


def test_a_confirmation_is_tried_first_and_says_that_it_opens(desk: Desk) -> None:
    tried = desk.run("event", "confirm", "talent_day", "2099", "2099-09-12", "--dry-run")
    assert "试算：人才日 定在 2099-09-12，开放报名，给登记过的 0 人各排一条通知；什么也没有改" in tried
    assert desk.run("event", "list") == "没有活动；用 flask event add 新建\n"
    assert "报名已经开放" in desk.run("event", "confirm", "talent_day", "2099", "2099-09-12")


def test_what_may_not_be_meant_is_told(desk: Desk) -> None:
    told = desk.run(*SALON, "--closes", "2099-12-05", "--remind", "999d")
    assert "报名截止 2099-12-05 00:00 在开始以后" in told
    assert "注意" not in desk.run(*SALON, "--closes", "2099-12-03", "--remind", "7d")
    soon = f"{datetime.now(SHANGHAI) + timedelta(days=2):%Y-%m-%d %H:%M}"
    assert "提前 7d 的提醒时间已经过了" in desk.run("event", "add", "沙龙", "--start", soon, "--remind", "7d 1d")


def test_who_checks_in_needs_a_day(desk: Desk) -> None:
    event = number(desk.run("event", "add", "沙龙"))
    for command in ("checkin-code", "qr"):
        assert "日期还没有定" in desk.run("event", command, event, code=1)


@pytest.mark.parametrize("also", [(), ("--dry-run",)])
def test_an_empty_broadcast_is_refused_also_when_tried(desk: Desk, also: tuple[str, ...]) -> None:
    assert "标题是空的" in desk.run("event", "broadcast", " ", "--text", "改到二楼", *also, code=1)
    assert "正文是空的" in desk.run("event", "broadcast", "沙龙", "--text", "  ", *also, code=1)


def test_a_date_alone_has_no_hour(desk: Desk) -> None:
    event = number(desk.run("event", "add", "人才博览会", "--start", "2099-12-04", "--end", "2099-12-05"))
    shown = desk.run("event", "show", event)
    assert "2099-12-04 " in shown
    assert "00:00" not in shown
    assert "结束：2099-12-05 23:59" in shown


def test_a_named_day_is_confirmed_once(desk: Desk) -> None:
    assert "人才日（报名中）2099-09-12" in desk.run("event", "confirm", "talent_day", "2099", "2099-09-12")
    assert "日期已经定了" in desk.run("event", "confirm", "talent_day", "2099", "2099-09-12", code=1)
    assert "talent_day 2099" in desk.run("event", "list")


def test_the_day_of_a_named_day_is_changed_where_it_is_confirmed(desk: Desk) -> None:
    desk.edit("days.yaml", "{2024: 2024-09-14}", "{2099: 2099-09-12}")
    event = number(desk.run("event", "confirm", "talent_day", "2099", "2099-09-12"))
    told = desk.run("event", "edit", event, "--start", "2099-09-19", code=1)
    assert "在 days.yaml 里定为 2099-09-12" in told
    assert "2099-09-12" in desk.run("event", "edit", event, "--start", "2099-09-12", "--place", "人才之家")
    assert "2099-09-19 09:00" in desk.run("event", "edit", event, "--start", "2099-09-19 09:00")


def test_what_is_made_up_says_so(desk: Desk) -> None:
    assert "演示：沙龙" in desk.run("event", "add", "沙龙", "--demo")


def test_the_code_is_shown(desk: Desk) -> None:
    event = number(desk.run(*SALON))
    assert "签到码：" in desk.run("event", "checkin-code", event)
    assert "二维码最多提前 30 天做" in desk.run("event", "qr", event, code=1)


def test_the_qr_code_carries_the_code_until_the_end(kit: Kit) -> None:
    with kit.db.writing() as unit:
        start = kit.now() + timedelta(days=9)
        event = Events(unit).add(NewEvent("沙龙", starts_at=start, ends_at=start + timedelta(hours=1)), now=kit.now())
        code, name = event.code, event.number
    opened = Opened(kit.settings, lambda settings, **_: (kit, None))  # type: ignore[arg-type,return-value]
    group = AppGroup("event")
    attendance.add_to(group, opened)
    told = CliRunner().invoke(group, ["qr", name])
    assert f"https://mp.weixin.qq.com/checkin:{code}" in told.output
    assert kit.wechat.calls[-1].seconds == 9 * 86400 + 3600  # type: ignore[attr-defined]


def test_the_export_is_masked_and_runs_no_formula(desk: Desk, tmp_path: Path) -> None:
    event = number(desk.run(*SALON, "--open"))
    signed_up(desk, event, "oXiaoLin1234567", comment='=HYPERLINK("http://x") 13800138000')
    for name in ("out.csv", "out.xlsx", "full.csv"):
        desk.run("event", "export", event, str(tmp_path / name), *(["--full"] if name == "full.csv" else []))
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))))
    assert rows[1][1] == "oXi***567"
    assert rows[1][-1].startswith("'=HYPERLINK")
    assert "13800138000" not in rows[1][-1]
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet["I2"].data_type == "s"
    assert sheet["I2"].quotePrefix
    assert sheet["B2"].value == "oXi***567"
    whole = (tmp_path / "full.csv").read_text(encoding="utf-8-sig")
    assert "oXiaoLin1234567" in whole
    assert "13800138000" in whole
    assert "以 .xlsx 或 .csv 结尾" in desk.run("event", "export", event, "out.pdf", code=1)


def test_a_broadcast_is_tried_sent_stopped_and_gone_on_with(desk: Desk, tmp_path: Path) -> None:
    event = number(desk.run(*SALON, "--open"))
    signed_up(desk, event, "oXiaoLin1234567")
    tried = desk.run("event", "broadcast", "沙龙改地点", "--event", event, "--dry-run", "--who")
    assert "共 1 人" in tried
    assert "oXi***567" in tried
    assert "oXiaoLin1234567" not in tried
    assert "什么也没有发" in tried
    assert desk.run("event", "broadcasts") == "没有群发过\n"
    assert "只要一个" in desk.run("event", "broadcast", "沙龙", "--event", event, code=1)
    assert "群发 1：1 人" in desk.run("event", "broadcast", "沙龙改地点", "--event", event, "--text", "改到二楼")
    assert "正在发" in desk.run("event", "broadcasts")
    assert "已停止，撤下 0 条" in desk.run("event", "stop", "1")
    assert "正在发" in desk.run("event", "resume", "1")
    assert "没有群发 9" in desk.run("event", "stop", "9", code=1)
    assert "没有事项 gone" in desk.run("event", "broadcast", "沙龙", "--interest", "gone", "--dry-run", code=1)
