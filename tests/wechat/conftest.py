from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from bot.wechat.account import Account
from bot.wechat.api import Api, Request
from bot.wechat.client import WeChat
from emulator.account import Account as Emulated
from emulator.desk import Desk
from emulator.dispatch import Pace
from emulator.records import Person
from emulator.server import create_app
from emulator.world import World
from fake_wechat import FakeWeChat, serving
from models.db import Database
from models.seal import Seal
from talk import Clock

PATIENT = 60.0  # seconds
SECRET = "CANARYSECRET0123456789abcdef0123"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gives up says for how long it waits: nobody else here does, however long this machine stands still."""
    monkeypatch.setattr(Api.__init__, "__kwdefaults__", {"connect": PATIENT, "read": PATIENT})
    *others, _ = Request.__init__.__defaults__ or ()
    monkeypatch.setattr(Request.__init__, "__defaults__", (*others, PATIENT))
    monkeypatch.setattr("bot.wechat.token._WAIT", PATIENT)


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
    made = Database(f"sqlite:///{path}", wait=PATIENT)
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


@pytest.fixture
def world() -> World:
    account = Emulated("desktoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx2c2769f8efd9abc2", "desk-secret")
    return World(account, "safe", "http://127.0.0.1:1/wechat")


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    desk = Desk(world, "", Pace(deadline=PATIENT, retries=0))
    server = make_server("127.0.0.1", 0, create_app(desk), threaded=True)
    desk.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield desk
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def person(desk: Desk) -> Person:
    desk.act("小林", {"type": "follow"})
    desk.act("小林", {"type": "text", "text": "在吗"})
    return desk.world.find_person("小林")
