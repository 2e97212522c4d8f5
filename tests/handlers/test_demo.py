"""Whose settings a command takes beside a running demo."""

from __future__ import annotations

import json
from pathlib import Path

from handlers.demo import beside, noted

DEMO = {"WECHAT_APPID": "wxdemo", "SECRET_KEY": "of the demo", "PORT": "9000", "PATH": "/bin"}


def test_while_it_runs_its_settings_stand_in_for_what_the_command_was_not_told(tmp_path: Path) -> None:
    with noted(DEMO, 9001, tmp_path):
        (note,) = tmp_path.iterdir()
        assert note.stat().st_mode & 0o077 == 0
        found = beside({"PORT": "8000", "SECRET_KEY_FILE": "mine", "WECHAT_APPID": ""}, tmp_path)
        assert found == {"PORT": "8000", "SECRET_KEY_FILE": "mine", "WECHAT_APPID": "wxdemo"}
    assert beside({"PORT": "8000"}, tmp_path) == {"PORT": "8000"}


def test_who_has_an_account_keeps_to_it(tmp_path: Path) -> None:
    own = {"WECHAT_APPID": "wxreal"}
    with noted(DEMO, 9001, tmp_path):
        assert beside(own, tmp_path) == own


def test_of_several_the_one_with_that_emulator_is_taken(tmp_path: Path) -> None:
    with noted(DEMO, 9001, tmp_path), noted({"WECHAT_APPID": "wxother"}, 9003, tmp_path):
        assert beside({"EMULATOR_PORT": "9003"}, tmp_path)["WECHAT_APPID"] == "wxother"
        assert "WECHAT_APPID" not in beside({"EMULATOR_PORT": "9005"}, tmp_path)


def test_what_a_killed_one_left_counts_for_nothing_and_is_replaced(tmp_path: Path) -> None:
    left = tmp_path / "demo-9001.json"
    left.write_text(json.dumps({"pid": 2**22 + 1, "settings": {"WECHAT_APPID": "wxdead"}}))
    assert beside({}, tmp_path) == {}
    left.write_text("half a no")
    assert beside({}, tmp_path) == {}
    with noted(DEMO, 9001, tmp_path):
        assert beside({}, tmp_path)["WECHAT_APPID"] == "wxdemo"
