from __future__ import annotations

from pathlib import Path

import pytest

from config.document import BadFile
from config.notices import NAMES, Notices, load_notices
from config.settings import ROOT

GOOD = "reminder:\n  template: {id: unknown, fields: {thing1: title, time2: when, thing3: note}}\n"


def test_nothing_is_taken_for_granted() -> None:
    """The account's own file names no template until somebody has got one from WeChat."""
    shipped = load_notices(ROOT / "config/notices.yaml")
    for name in NAMES:
        found = shipped.of(name)
        ways = [way for way in (found.template, found.subscription, found.miniapp) if way is not None]
        assert ways, name
        assert [way.id for way in ways] == [None] * len(ways)


def test_the_demo_uses_what_the_emulator_has() -> None:
    demo = load_notices(ROOT / "config/notices.demo.yaml")
    assert demo.reminder.template is not None
    assert demo.reminder.template.id == "emu-template-notice"
    assert demo.is_lasting("emu-lasting-notice")
    assert not demo.is_lasting("emu-subscribe-notice")


def test_a_broadcast_has_no_template_message() -> None:
    """Those are for the service's own notices, not for news."""
    for name in ("notices.yaml", "notices.demo.yaml"):
        assert load_notices(ROOT / "config" / name).broadcast.template is None


def test_a_notice_that_is_not_named_has_no_way_of_its_own() -> None:
    assert Notices().of("reply").template is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace("unknown", '"模板"'), "模板编号"),
        (GOOD.replace("title", "titel"), "notices.yaml:2"),
        (GOOD.replace("thing1", "第一"), "字段名"),
        (GOOD.replace("reminder", "remainder"), "拼写有误"),
        (GOOD.replace("{thing1: title, time2: when, thing3: note}", "{}"), "至少一项"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_cure(tmp_path: Path, wrong: str, told: str) -> None:
    file = tmp_path / "notices.yaml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        load_notices(file)
    assert told in str(caught.value)
    assert "notices.yaml:" in str(caught.value)
