"""The people of the talks, and a bot with real content on a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from flask import Flask

import databases
import statements
from bot.almanac import Almanac
from bot.desk import Serving
from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.sla import Sla
from bot.telling import Telling
from browsers import chromium
from config.desk import DeskRules, load_desk
from config.live import Live
from config.notices import Notices, load_notices
from config.office import Office, load_office
from config.privacy import Inventory, privacy_of
from config.settings import ROOT, Settings
from handlers.chat.phrases import PHRASES
from handlers.chat.routes import router
from knowledge.answer import Thresholds
from knowledge.library import Library
from models.db import Database
from models.memory import DictMemory
from models.seal import Seal
from talk import Clock, Talk
from wechat_api import Recorder

if TYPE_CHECKING:
    from phones import Phones

# A busy machine is no fault: nothing here is held to a time.
hypothesis.settings.register_profile(
    "huicai", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("huicai")
SETTINGS = Settings.from_env({"SECRET_KEY": "a key for the tests, long enough to be one", "PASSIVE_DEADLINE": "60"})


@cache
def library() -> Library:
    """Reading the content takes a second; nobody changes it."""
    thresholds = Thresholds.tolerating(SETTINGS.false_answers, SETTINGS.vain_choices)
    return Library(SETTINGS.content_dir, office()().units, thresholds, PHRASES)


@cache
def office() -> Live[Office]:
    return Live(ROOT / "config/office.yaml", load_office)


@cache
def rules() -> Live[DeskRules]:
    return Live(ROOT / "config/desk.yaml", load_desk)


@cache
def notices() -> Live[Notices]:
    """With the templates the emulator has."""
    return Live(ROOT / "config/notices.demo.yaml", load_notices)


@cache
def privacy() -> Live[Inventory]:
    return privacy_of(SETTINGS)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.db.create_engine", statements.engine)
        yield


@pytest.fixture(scope="session")
def migrated() -> Path:
    """An empty database file, to be copied."""
    return databases.file()


@pytest.fixture(params=databases.NAMES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of every kind there is."""
    with databases.migrated(request.param, tmp_path) as url:
        made = Database(url, wait=30.0)
        yield made
        made.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kit(migrated: Path, tmp_path: Path, clock: Clock) -> Iterator[Kit]:
    path = tmp_path / "huicai.db"
    shutil.copyfile(migrated, path)
    database = Database(f"sqlite:///{path}", wait=30.0)
    almanac = Almanac(office(), database)
    yield Kit(
        settings=SETTINGS,
        office=office(),
        notices=notices(),
        rules=rules(),
        privacy=privacy(),
        calendar=almanac,
        db=database,
        memory=DictMemory(),
        library=library(),
        desk=partial(
            Serving,
            seal=Seal(SETTINGS.secret_key),
            deadlines=Sla(rules(), almanac),
            telling=Telling(library().phrase, office(), rules()),
        ),
        now=clock,
        wechat=Recorder(),  # type: ignore[arg-type]
        miniapp=Recorder("wxmini0000000000"),  # type: ignore[arg-type]
    )
    database.close()


@pytest.fixture
def app(kit: Kit) -> Iterator[Flask]:
    """All doors of a web process."""
    import wsgi  # most tests need no door, and are not to wait for it

    made = Flask(__name__, static_folder=None)
    pipeline = wsgi.mount(made, kit)
    yield made
    pipeline.close()


@pytest.fixture
def phones(kit: Kit, app: Flask, clock: Clock) -> Phones:
    """`phones.of("小林")` is somebody logged in to the API."""
    from phones import Phones  # as above

    return Phones(kit, app, clock)


@pytest.fixture
def someone(kit: Kit, clock: Clock) -> Iterator[Callable[[str], Talk]]:
    """Anybody, by openid, all on the same bot."""
    pipeline = Pipeline(kit, router())
    yield lambda openid: Talk(kit, pipeline, clock, openid)
    pipeline.close()


@pytest.fixture
def 小林(someone: Callable[[str], Talk]) -> Talk:
    """A talent who asks."""
    return someone("oXiaoLin")


@pytest.fixture
def 路人(someone: Callable[[str], Talk]) -> Talk:
    """Somebody else: must see nothing of 小林."""
    return someone("oLuRen")
