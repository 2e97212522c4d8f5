"""The demo's own SECRET_KEY: made once, and kept where VAR_DIR says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desk import Desk, again
from handlers.launch import CannotStart, kept_secret


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "where"
    made = kept_secret(folder, tmp_path)
    assert len(made) >= 32
    assert kept_secret(folder, tmp_path) == made
    assert [(each.name, each.stat().st_mode & 0o777) for each in folder.iterdir()] == [("secret_key", 0o600)]


def test_one_of_before_is_taken_along(tmp_path: Path) -> None:
    """What it sealed must be read again."""
    before, folder = tmp_path / "var", tmp_path / "kept"
    made = kept_secret(before, before)
    assert kept_secret(folder, before) == made
    assert kept_secret(before, before) == made


def test_what_one_that_was_killed_has_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f"secret_key.{os.getpid()}").touch()
    assert kept_secret(tmp_path, tmp_path)


def test_where_it_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="make the folder writable"):
        kept_secret(tmp_path / "file", tmp_path)


def test_a_talk_in_the_terminal_keeps_it_there(desk: Desk) -> None:
    folder = desk.here / "kept"
    again(desk, secret_key="", var_dir=folder).run("chat")
    assert (folder / "secret_key").exists()
