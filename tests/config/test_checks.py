"""Each set of settings that cannot work is refused by its own check, and a good one by none."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import pytest

from config import checks
from config.checks import DEMO_KEYS, check, check_eviction, is_loopback
from config.settings import Settings
from handlers import launch

ROOT = Path(__file__).parents[2]
KEY = "abcdefghijABCDEFGHIJ0123456789+/abcdefghijA"


@pytest.fixture
def good(tmp_path: Path) -> Settings:
    return Settings.from_env(
        {
            "WECHAT_TOKEN": "Token123",
            "WECHAT_AES_KEY": KEY,
            "WECHAT_APPID": "wx0123456789abcdef",
            "WECHAT_SECRET": "0123456789abcdef0123456789abcdef",
            "SECRET_KEY": "pZ8kQ2vX7mN4rT1wY6uB3cF9hJ0lD5sG",
            "VAR_DIR": str(tmp_path / "var"),
            "DATABASE_URL": f"sqlite:///{tmp_path}/var/huicai.db",
        },
        ROOT,
    )


def found(settings: Settings, **changes: Any) -> list[str]:
    return [finding.id for finding in check(dataclasses.replace(settings, **changes), ROOT)]


def test_good_settings_have_no_finding(good: Settings) -> None:
    assert check(good, ROOT) == []


def test_the_demo_has_no_finding_on_this_machine_and_nowhere_else(good: Settings) -> None:
    demo = Settings.from_env({**launch.DEMO, "WECHAT_API_BASE": "http://127.0.0.1:8001"}, ROOT)
    demo = dataclasses.replace(demo, var_dir=good.var_dir, database_url=good.database_url)
    assert check(demo, ROOT) == []
    assert found(demo, wechat_api_base="https://api.weixin.qq.com") == ["E006", "E006"]
    assert found(demo, host="0.0.0.0") == ["E013"]  # noqa: S104 - the mistake under test


def test_every_key_of_the_demo_is_known_as_such() -> None:
    names = ("WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_SECRET", "MINIAPP_SECRET")
    assert {launch.DEMO[name] for name in names} == DEMO_KEYS


@pytest.mark.parametrize(
    ("id_", "changes"),
    [
        ("E001", {"wechat_token": ""}),
        ("E001", {"wechat_token": "ab"}),
        ("E001", {"wechat_token": "a" * 33}),
        ("E001", {"wechat_token": "to-ken"}),
        ("E001", {"wechat_token": "令牌令牌"}),
        ("E002", {"wechat_aes_key": ""}),
        ("E002", {"wechat_aes_key": "", "wechat_mode": "compat"}),
        ("E002", {"wechat_aes_key": KEY[:-1]}),
        ("E002", {"wechat_aes_key": KEY + "="}),
        ("E002", {"wechat_aes_key": KEY[:-1] + "-"}),
        ("E002", {"wechat_aes_key_old": "short"}),
        ("E003", {"secret_key": ""}),
        ("E003", {"secret_key": "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P"}),
        ("E003", {"secret_key": "ab" * 40}),
        ("E003", {"secret_key": "changeme-0123456789abcdefghijklmnop"}),
        ("E005", {"wechat_appid": ""}),
        ("E005", {"wechat_secret": ""}),
        ("E006", {"wechat_token": "huicaidemo"}),
        ("E006", {"wechat_api_base": "http://api.weixin.qq.com"}),
        ("E006", {"wechat_api_base": "api.weixin.qq.com"}),
        ("E006", {"wechat_api_base": "ftp://127.0.0.1"}),
        ("E008", {"database_url": "mysql://u@h/d"}),
        ("E008", {"database_url": "postgres://u@h/d"}),
        ("E008", {"database_url": "nonsense"}),
        ("E008", {"database_url": "sqlite://"}),
        ("E008", {"database_url": "sqlite:///:memory:"}),
        ("E009", {"var_dir": Path("/dev/null/var")}),
        ("E009", {"database_url": "sqlite:////dev/null/x.db"}),
        ("E010", {"content_dir": Path("nowhere")}),
        ("E010", {"office_file": Path("nowhere.yaml")}),
        ("E010", {"menu_file": Path("nowhere.yaml")}),
        ("E011", {"passive_deadline": 5.0}),
        ("E011", {"passive_deadline": 0.0}),
        ("E014", {"false_answers": 0.1, "vain_choices": 0.08}),
        ("E015", {"redis_url": "localhost:6379"}),
        ("E018", {"public_url": "talent.example"}),
        ("E018", {"public_url": "https://talent.example/huicai"}),
        ("E019", {"retain_text_days": 200}),
        ("E020", {"trusted_proxies": "127.0.0.1 nginx"}),
        ("E021", {"oidc_issuer": "https://id.example", "oidc_client_id": "desk"}),
        ("W001", {"wechat_mode": "plain"}),
        ("W004", {"retain_record_days": 183}),
        ("W005", {"delivery_lease": 34}),
        ("W006", {"public_url": "https://desk.example"}),
    ],
)
def test_one_mistake_gives_its_own_finding(good: Settings, id_: str, changes: dict[str, Any]) -> None:
    assert found(good, **changes) == [id_]


def test_several_processes_need_a_redis_and_a_clock_of_their_own(good: Settings) -> None:
    assert found(good, web_concurrency=2) == ["E004", "E012", "W002"]
    assert found(good, web_concurrency=2, redis_url="redis://cache", clock="own") == ["W002"]
    shared = {"web_concurrency": 2, "redis_url": "redis://cache", "clock": "own"}
    assert found(good, **shared, database_url="postgresql://u@h/d") == []


@pytest.mark.parametrize("url", ["postgresql+psycopg://u@h/d", "mysql+pymysql://u@h/d", "mariadb+pymysql://u@h/d"])
def test_a_missing_driver_is_named_with_its_cure(good: Settings, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert found(good, database_url=url) == []
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (finding,) = check(dataclasses.replace(good, database_url=url), ROOT)
    assert (finding.id, "requirements-db.txt" in finding.cure) == ("E008", True)


def test_a_folder_that_may_not_be_written(good: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the answer of the system is played.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert found(good) == ["E009", "E009"]


def test_everything_wrong_is_said_at_once_with_the_setting_and_without_the_secret(good: Settings) -> None:
    settings = dataclasses.replace(
        good,
        wechat_token="canary-1",
        wechat_aes_key="canary-2",
        secret_key="canary-3",
        wechat_mode="plain",
        redis_url="canary:4@h",
        database_url="odd://u:canary-5@h/d",
    )
    findings = check(settings, ROOT)
    assert [finding.id for finding in findings] == ["E001", "E002", "E003", "E008", "E015", "W001"]
    assert [finding.level for finding in findings] == ["error"] * 5 + ["warning"]
    for finding in findings:
        assert finding.problem.split()[0].rstrip(":").replace("_", "").isupper()
        assert finding.cure
    assert "canary" not in str(findings)


def test_what_redis_throws_away_when_full() -> None:
    assert check_eviction("noeviction") is None
    assert check_eviction("") is None
    finding = check_eviction("allkeys-lru")
    assert finding is not None
    assert (finding.id, finding.level) == ("W003", "warning")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("", False), ("10.0.0.1", False),
     ("localhost.example", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
