"""privacy.yaml: whole, read as it is meant, and every slip told with its line and its cure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.document import BadFile
from config.privacy import load_privacy, privacy_of
from config.settings import ROOT, Settings
from models import columns

FILE = ROOT / "config/privacy.yaml"


def test_every_column_that_can_hold_words_is_told_of() -> None:
    assert load_privacy(FILE).untold(columns.texts()) == []


def test_a_column_nobody_told_of_is_found() -> None:
    assert load_privacy(FILE).untold(["talent.birthday", "ticket.detail", "job.result"]) == ["talent.birthday"]


def test_what_is_told_of_is_there() -> None:
    assert load_privacy(FILE).unknown(columns.columns()) == []
    assert "talent.phone" in load_privacy(FILE).unknown(["talent.id"])


def test_numbers_of_people_stand_among_the_data_and_not_among_the_plain() -> None:
    personal = ("openid", "unionid", "phone", "contact", "caller", "reply", "comment", "agent", "detail")
    plain = {each for each in load_privacy(FILE).plain if each.rpartition(".")[2] in personal}
    assert plain == set()


def test_settings_may_name_other_days() -> None:
    settings = replace(Settings.from_env({}), retain_text_days=30)
    inventory = privacy_of(settings)()
    assert (inventory.days("text"), inventory.days("record")) == (30, 190)
    assert inventory.kept("text") == "30 天"
    assert inventory.kept("account").endswith("30 天后删除")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("  news:\n", "  newz:\n", "没有写 news"),
        ("text: {days: 90}", "text: {days: 2}", "至少 3 天"),
        ("text: {days: 90}", "text: {days: 191}", "比 record 还长"),
        ("text: {days: 90}", "text: {days: 90, told: 很久}", "days 和 told"),
        ("keep: event", "keep: evnt", "没有期限 evnt"),
        ("[signup.openid, signup.comment]", "[signup.openid, talent.phone]", "写了两遍"),
        ("shared: [wechat]", "shared: [weixin]", "weixin"),
        ("purposes: [phone]", "purposes: []", "没有写用途"),
        ("plain: [audit.action", "plain: [talent.phone", "在 data 里也写了"),
        ("version: 1", "version: 0", "purposes.service.version"),
        ("whose: staff", "whos: staff", "is not known here"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, was: str, becomes: str, told: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "privacy.yaml"
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        load_privacy(path)
    assert told in str(caught.value)
    assert caught.value.line > 0
