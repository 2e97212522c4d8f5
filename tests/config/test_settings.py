"""Settings: each name read, each fault said, no secret shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_args

import pytest

from config.settings import BadSetting, Settings, specs, table

ROOT = Path("/srv/huicai")
SECRETS = ["WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_AES_KEY_OLD", "WECHAT_SECRET", "SECRET_KEY"]


def read(**mapping: str) -> Settings:
    return Settings.from_env(mapping, ROOT)


def test_nothing_set_gives_the_defaults_below_the_root() -> None:
    settings = read()
    assert (settings.host, settings.port, settings.demo, settings.clock) == ("127.0.0.1", 8000, False, "inside")
    assert (settings.passive_deadline, settings.wechat_mode) == (3.5, "safe")
    assert settings.database_url == "sqlite:////srv/huicai/var/huicai.db"
    assert settings.content_dir == ROOT / "knowledge/content"
    assert read(PORT="", DEMO=" ", OFFICE_FILE="") == settings, "an empty value counts as not set"


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.name)
def test_every_setting_is_read_from_its_name(spec: object) -> None:
    at = next(each for each in specs() if each == spec)
    most = at.about.most
    samples = {str: "canary", int: f"{min(2000, most or 2000):.0f}", float: "0.6", bool: "1", Path: "/elsewhere"}
    raw = next((word for word in get_args(at.kind) if word != at.default), None) or samples[at.kind]
    value = getattr(read(**{at.name: raw}), at.field)
    assert value == ({bool: True}.get(at.kind) or (raw if get_args(at.kind) else at.kind(raw)))
    assert value != at.default


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "80a", "a whole number"),
        ("PORT", "80.5", "a whole number"),
        ("PORT", "0", "1 or more"),
        ("PORT", "65536", "65535 or less"),
        ("REPLY_BYTES", "4096", "2048 or less"),
        ("WEB_THREADS", "-1", "1 or more"),
        ("PASSIVE_DEADLINE", "soon", "a number"),
        ("PASSIVE_DEADLINE", "nan", "a number"),
        ("FALSE_ANSWERS", "inf", "a number"),
        ("DEMO", "maybe", "1 or 0"),
        ("WECHAT_MODE", "open", "safe, compat, plain"),
        ("CLOCK", "outside", "inside, own, off"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR"),
    ],
)
def test_a_bad_value_is_named_with_its_cure(name: str, value: str, words: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read(**{name: value})
    assert caught.value.name == name
    assert words in caught.value.cure
    assert str(caught.value) == f"{name} {caught.value.problem}；{caught.value.cure}"


@pytest.mark.parametrize(("raw", "value"), [("yes", True), ("TRUE", True), ("on", True), ("0", False), ("Off", False)])
def test_yes_and_no_in_every_spelling(raw: str, value: bool) -> None:
    assert read(DEMO=raw).demo is value


def test_words_are_taken_in_any_case() -> None:
    assert (read(LOG_LEVEL="debug").log_level, read(WECHAT_MODE="SAFE").wechat_mode) == ("DEBUG", "safe")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///data/a.db", "sqlite:////srv/huicai/data/a.db"),
        ("sqlite:///a.db?timeout=5", "sqlite:////srv/huicai/a.db?timeout=5"),
        ("sqlite:////data/a.db", "sqlite:////data/a.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite://", "sqlite://"),
        ("postgresql:///huicai", "postgresql:///huicai"),
    ],
)
def test_a_relative_database_lies_below_the_root(url: str, expected: str) -> None:
    assert read(DATABASE_URL=url).database_url == expected


# Secrets


@pytest.mark.parametrize("name", [*SECRETS, "DATABASE_URL", "REDIS_URL"])
def test_a_secret_may_come_from_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text("redis://from/file\n")
    assert getattr(Settings.from_env({f"{name}_FILE": "secret"}, tmp_path), name.lower()) == "redis://from/file"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_secret_file_that_gives_nothing_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadSetting, match="WECHAT_SECRET_FILE names"):
        read(WECHAT_SECRET_FILE=str(file))
    with pytest.raises(BadSetting, match="cannot be read"):
        read(WECHAT_SECRET_FILE=str(tmp_path))


def test_a_secret_said_twice_is_refused_without_repeating_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("canary-in-file")
    with pytest.raises(BadSetting, match="WECHAT_SECRET is set, and WECHAT_SECRET_FILE too") as caught:
        read(WECHAT_SECRET="canary-in-place", WECHAT_SECRET_FILE=str(file))
    assert "canary" not in str(caught.value)


def test_what_is_no_secret_has_no_file() -> None:
    assert read(HOST_FILE="/nowhere").host == "127.0.0.1"


@pytest.mark.parametrize(
    ("url", "shown", "passwords"),
    [
        ("postgresql://u:p%40ss@h/d", "postgresql://u:******@h/d", {"p%40ss", "p@ss"}),
        ("postgresql://u:sl/ash@h/d", "postgresql://u:******@h/d", {"sl/ash"}),
        ("postgresql://u:a@b@h/d", "postgresql://u:******@h/d", {"a@b"}),
        ("postgresql://h/d?user=u&password=x1y2&a=b", "postgresql://h/d?user=u&password=******&a=b", {"x1y2"}),
        ("mysql+pymysql://same:same@h/same", "mysql+pymysql://same:******@h/same", {"same"}),
        ("postgresql://u@h/d", "postgresql://u@h/d", set()),
    ],
)
def test_a_password_in_an_address_is_masked_and_known(url: str, shown: str, passwords: set[str]) -> None:
    settings = read(DATABASE_URL=url)
    assert {row.name: row.value for row in table(settings)}["DATABASE_URL"] == shown
    assert settings.secrets() == passwords


def test_no_way_of_printing_settings_shows_a_secret() -> None:
    settings = read(**dict.fromkeys(SECRETS, "canary"), REDIS_URL="redis://:canary@h/0")
    assert "canary" not in repr(settings) + str(settings) + f"{settings}" + repr(table(settings))
    assert repr(settings).count("******") == len(SECRETS) + 1
    assert settings.secrets() == {"canary"}


def test_the_table_tells_everything_once() -> None:
    rows = table(read())
    assert [row.name for row in rows] == [field.name.upper() for field in dataclasses.fields(Settings)]
    assert all(row.help and row.type for row in rows)
    assert len({row.help for row in rows}) == len(rows)
    clock = next(row for row in rows if row.name == "CLOCK")
    assert clock[1:4] == ("inside | own | off", "inside", "inside")


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        read().port = 1  # type: ignore[misc]
