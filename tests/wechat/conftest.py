from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.wechat.account import Account
from bot.wechat.api import Api
from bot.wechat.client import WeChat
from fake_wechat import FakeWeChat, serving
from models.db import Database
from models.seal import Seal
from talk import Clock

SECRET = "CANARYSECRET0123456789abcdef0123"


@pytest.fixture
def fake() -> FakeWeChat:
    return FakeWeChat()


@pytest.fixture
def base(fake: FakeWeChat) -> Iterator[str]:
    with serving(fake) as address:
        yield address


@pytest.fixture
def db(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "wall.db"
    shutil.copyfile(migrated, path)
    made = Database(f"sqlite:///{path}")
    yield made
    made.close()


@pytest.fixture
def account(base: str, db: Database, clock: Clock) -> Callable[[], Account]:
    """A process of its own each time, as far as the account goes."""
    return lambda: Account("wxtest", SECRET, Api(base), db=db, seal=Seal("a key of the tests, long enough"), now=clock)


@pytest.fixture
def wechat(account: Callable[[], Account]) -> WeChat:
    return WeChat(account(), miniapp="wxmini")


@pytest.fixture
def mini(account: Callable[[], Account]) -> WeChat:
    return WeChat(account(), "miniapp", miniapp="wxmini", state="trial")
