"""`flask privacy`: the inventory held against the database, and told as WeChat wants it."""

from __future__ import annotations

from pathlib import Path

from config.settings import ROOT
from desk import Desk, again

FILE = ROOT / "config/privacy.yaml"


def test_the_inventory_of_the_product_is_whole(desk: Desk) -> None:
    assert "privacy.yaml 正确" in desk.run("privacy", "check")


def test_a_column_left_out_or_made_up_is_told(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "privacy.yaml"
    file.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    own, text = again(desk, privacy_file=file), FILE.read_text(encoding="utf-8")
    file.write_text(text.replace(", signup.comment]", "]"), encoding="utf-8")
    assert "没有交代这些列：signup.comment" in own.run("privacy", "check", code=1)
    file.write_text(text.replace(", signup.comment]", ", signup.comment, signup.shoes]"), encoding="utf-8")
    assert "没有这些列：signup.shoes" in own.run("privacy", "check", code=1)
    file.write_text(text.replace("keep: event", "keep: ever"), encoding="utf-8")
    assert "privacy.yaml:" in own.run("privacy", "check", code=1)


def test_nobody_is_parted_who_was_not_linked(desk: Desk) -> None:
    assert "没有工单" in desk.run("privacy", "part", "T20261123-9999", code=1)


def test_the_guide_says_what_the_settings_say(desk: Desk) -> None:
    told = desk.run("privacy", "guide")
    assert "您问的问题、发的消息和我们的回答：回答您，并改进回答。保存 90 天。" in told
    assert "员工的账号" not in told
    assert "号码还没有公布" in told
    assert "保存 30 天" in again(desk, retain_text_days=30).run("privacy", "guide")
