from __future__ import annotations

import pytest

from bot import notices
from bot.kit import Kit
from bot.notices import filled, shown
from bot.reply import Choices, Picture, Reply, Text, dump
from config.notices import Template, Value
from models import outbox
from models.outbox import Row
from outgoing import NOTICE, owe, row

TEMPLATE = Template(id="t123", fields={"thing1": "title", "time2": "when", "thing3": "note"})


def owed(kit: Kit, body: str) -> Row:
    with kit.db.writing() as unit:
        outbox.add(unit, "o1", notices.REPLY, body, dedup=body[:100], now=kit.now())
        return outbox.rows(unit, limit=1)[0]


def parts(row: Row, characters: int, size: int) -> list[Reply]:
    return [each.reply for each in notices.parts(row, characters, size)]


def test_a_notice_says_all_it_must(kit: Kit) -> None:
    with kit.db.writing() as unit:
        for name, data in (("reminder", {"title": "x"}), ("reminders", NOTICE)):
            with pytest.raises(ValueError, match="no notice"):
                notices.owe(unit, name, "o1", data, dedup="d", now=kit.now())


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2027-04-23T01:00:00+00:00", "2027年4月23日 09:00"),
        ("2027-04-23T09:00:00+08:00", "2027年4月23日 09:00"),
        ("2027-04-23T09:00:00", "2027年4月23日 09:00"),
        ("2027-04-23", "2027年4月23日"),
        ("", ""),
    ],
)
def test_times_are_told_as_in_zunyi(when: str, said: str) -> None:
    assert shown(when) == said


def test_a_field_is_never_empty_and_a_time_never_made_up() -> None:
    data = {"title": "人才日", "when": "2027-04-23T09:00:00+08:00", "note": ""}
    assert filled(TEMPLATE, data) == {"thing1": "人才日", "time2": "2027年4月23日 09:00", "thing3": "详见公众号"}
    assert filled(TEMPLATE, {**data, "when": ""}) is None


def test_a_day_without_an_hour_is_told_without_one_wherever_wechat_takes_that() -> None:
    data = {"title": "人才日", "when": "2027-04-23", "note": ""}
    fields: dict[str, Value] = {"time1": "when", "date2": "when", "keyword3": "when", "thing4": "when"}
    assert filled(Template(id="demo-template", fields=fields), data) == {
        "time1": "2027年4月23日 00:00~2027年4月23日 23:59",
        "date2": "2027年4月23日",
        "keyword3": "2027年4月23日",
        "thing4": "2027年4月23日",
    }


def test_pictures_and_links_stay_whole(kit: Kit) -> None:
    assert parts(owed(kit, dump(Picture("m"))), 10, 30) == [Picture("m")]
    link = "https://www.zyhc.gov.cn/" + "a" * 40
    pieces = parts(owed(kit, dump(Text(f"办法见{link}，请先看一遍再来问我们。"))), 70, 210)
    assert [piece for piece in pieces if isinstance(piece, Text) and link in piece.body]


def test_lines_to_tap_stand_below_the_last_part_and_are_numbered_for_the_mini_program(kit: Kit) -> None:
    data = {"text": "甲。" * 20, "menu": [["a", "好"]]}
    service, mini = (row(kit, owe(kit, "o1", data=data, account=each)) for each in ("service", "miniapp"))
    *first, last = parts(service, 30, 90)
    assert [type(each) for each in first] == [Text]
    assert isinstance(last, Choices)
    assert all(isinstance(each, Text) for each in parts(mini, 30, 90))


def test_nothing_is_lost_between_parts(kit: Kit) -> None:
    text = "".join(f"第{number}句。" for number in range(200))
    pieces = parts(owed(kit, dump(Text(text))), 30, 90)
    assert "".join(each.body for each in pieces if isinstance(each, Text)) == text
    blank = parts(owed(kit, dump(Text(" " * 50 + "完"))), 30, 90)
    assert [each.body.strip() for each in blank if isinstance(each, Text)] == ["完"]


def test_what_is_said_stays_said_when_parts_become_shorter(kit: Kit) -> None:
    text = "".join(f"第{number}句。" for number in range(40))
    whole = owed(kit, dump(Text(text)))
    first = notices.parts(whole, 60, 180)[0]
    rest = whole._replace(part=1, said=first.said)
    for characters in (20, 33, 60, 200):
        left = parts(rest, characters, 600)
        assert "".join(each.body for each in (first.reply, *left) if isinstance(each, Text)) == text
    assert notices.parts(whole._replace(part=3, said=len(text)), 20, 60) == []
