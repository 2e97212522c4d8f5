"""Files edited while the service runs, and commands on an installation that is not in order."""

from __future__ import annotations

import dataclasses
import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import forked
from bot.almanac import Almanac
from bot.kit import Kit
from bot.pipeline import Pipeline
from config.desk import load_desk
from config.live import Live
from config.office import load_office
from handlers.chat.phrases import PHRASES
from handlers.chat.routes import router
from handlers.refresh import refresh
from knowledge.library import Library
from servers import ROOT
from talk import Clock, Talk


@pytest.fixture
def editable(kit: Kit, tmp_path: Path) -> Kit:
    """A kit whose office and content are copies, to be edited."""
    shutil.copytree(ROOT / "knowledge" / "content", tmp_path / "content")
    for name in ("office.yaml", "desk.yaml"):
        shutil.copyfile(ROOT / "config" / name, tmp_path / name)
    office = Live(tmp_path / "office.yaml", load_office)
    library = Library(tmp_path / "content", office().units, known_phrases=PHRASES)
    rules = Live(tmp_path / "desk.yaml", lambda path: load_desk(path, office().units))
    return dataclasses.replace(kit, office=office, rules=rules, calendar=Almanac(office, kit.db), library=library)


def until_refreshed(kit: Kit, was: str) -> None:
    for _ in range(200):
        refresh(kit)
        if kit.library.version != was or kit.library.faults:
            return
        time.sleep(0.02)


def test_a_published_hotline_number_is_told_without_a_restart(editable: Kit, tmp_path: Path, clock: Clock) -> None:
    pipeline = Pipeline(editable, router())
    talk = Talk(editable, pipeline, clock)
    assert "0852" not in talk.say("热线电话是多少")
    file = tmp_path / "office.yaml"
    file.write_text(file.read_text().replace("phone: unknown", "phone: 0852-12345678"))
    refresh(editable)
    refresh(editable)
    assert "0852-12345678" in talk.say("热线电话是多少")
    pipeline.close()


def test_a_broken_office_file_is_told_once_and_changes_nothing(
    editable: Kit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "office.yaml").write_text("district: [")
    with caplog.at_level(logging.ERROR, "huicai"):
        for _ in range(4):
            refresh(editable)
    assert editable.office().district == "汇川区"
    assert len([record for record in caplog.records if "office.yaml" in record.getMessage()]) == 1


def test_other_rules_of_the_desk_are_in_force_and_broken_ones_are_not(
    editable: Kit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "desk.yaml"
    good = file.read_text(encoding="utf-8")
    for text in (
        good.replace("longest_extension: 10", "longest_extension: 7"),
        good.replace("unit: hr", "unit: human"),
    ):
        file.write_text(text, encoding="utf-8")
        with caplog.at_level(logging.ERROR, "huicai"):
            for _ in range(4):
                refresh(editable)
        assert editable.rules().longest_extension == 7
    told = [record.getMessage() for record in caplog.records if "desk.yaml:" in record.getMessage()]
    assert len(told) == 1
    assert "office.yaml 里没有单位 human" in told[0]


def test_rules_that_name_a_unit_before_the_office_does_are_good_once_it_does(editable: Kit, tmp_path: Path) -> None:
    """Of two files saved one after the other either may be seen first."""
    for name, old, new in (
        ("desk.yaml", "unit: hr", "unit: human"),
        ("office.yaml", "units:\n", "units:\n  human: {name: 人力处, duty: 人事}\n"),
    ):
        file = tmp_path / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        for _ in range(3):
            refresh(editable)
    assert editable.rules.fault is None
    assert "human" in {route.unit for route in editable.rules().routes}


def test_an_edited_answer_is_given_and_a_broken_one_is_not(
    editable: Kit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "content" / "faq" / "housing.yaml"
    good, was = file.read_text(encoding="utf-8"), editable.library.version
    file.write_text(good.replace("还不能说已经开放。", "还不能说已经开放哦。"), encoding="utf-8")
    until_refreshed(editable, was)
    entry = editable.library.entry("apartment.open")
    assert entry is not None
    assert entry.answer.startswith("还不能说已经开放哦。")
    with caplog.at_level(logging.ERROR, "huicai"):
        file.write_text(good.replace("aspect: when", "aspect: wenn", 1), encoding="utf-8")
        until_refreshed(editable, editable.library.version)
    assert editable.library.entry("apartment.open") == entry
    assert any("faq/housing.yaml:" in record.getMessage() for record in caplog.records)


def test_a_new_unit_may_be_named_in_content_at_once(editable: Kit, tmp_path: Path) -> None:
    office, faq = tmp_path / "office.yaml", tmp_path / "content" / "faq" / "housing.yaml"
    office.write_text(office.read_text() + "  culture: {name: 区文旅部门, duty: 文化人才}\n")
    was = editable.library.version
    said = faq.read_text(encoding="utf-8")
    faq.write_text(said.replace("owner: organization", "owner: culture", 1), encoding="utf-8")
    until_refreshed(editable, was)
    assert editable.library.faults == ()
    assert editable.library.version != was


def flask(tmp_path: Path, *arguments: str, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    # No demo has its emulator at port 0: one that runs here, of another test or of somebody, must not lend its account.
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/huicai.db", "EMULATOR_PORT": "0", **settings}
    return forked.flask(*arguments, said=said, **given)


@pytest.mark.parametrize(
    ("arguments", "settings", "told"),
    [
        (["settings"], {"PORT": "x"}, "PORT"),
        (["db", "upgrade"], {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, "DATABASE_URL"),
        (["kb", "check"], {"OFFICE_FILE": "pyproject.toml"}, "pyproject.toml"),
        (["kb", "ask", "津贴"], {"CONTENT_DIR": "docs"}, "words.yaml"),
        (["clock"], {}, "E001"),
        (["menu", "push"], {"WECHAT_API_BASE": "http://127.0.0.1:1"}, "WeChat"),
    ],
)
def test_a_command_that_cannot_work_says_why(
    tmp_path: Path, arguments: list[str], settings: dict[str, str], told: str
) -> None:
    done = flask(tmp_path, *arguments, **settings)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_terminal_talk_needs_nothing_prepared(tmp_path: Path) -> None:
    done = flask(tmp_path, "chat", said="你好\n人才绿卡是什么\n")
    assert done.returncode == 0, done.stderr
    assert "汇才通" in done.stdout
    assert "探索" in done.stdout


def test_the_table_of_settings_hides_secrets(tmp_path: Path) -> None:
    done = flask(tmp_path, "settings", WECHAT_SECRET="canary-of-the-test", SECRET_KEY="another canary of the test")
    assert done.returncode == 0
    assert "WECHAT_SECRET" in done.stdout
    assert "canary" not in done.stdout + done.stderr


def fresh(source: str) -> str:
    """What a process says that runs `source` without settings of ours."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def loaded(source: str, *looked_for: str) -> set[str]:
    """Which of these modules it has loaded then."""
    return set(fresh(f"{source}\nimport sys\nprint(*{set(looked_for)} & sys.modules.keys())").split())


def test_a_command_loads_neither_doors_nor_what_other_commands_need() -> None:
    doors = ("handlers.chat.routes", "handlers.console.pages", "handlers.h5.pages", "handlers.miniapp.api")
    assert loaded("import wsgi; wsgi.create_app()", *doors, "handlers.cli.kb", "numpy", "rjieba", "alembic") == set()


def test_a_command_that_asks_nothing_builds_no_index() -> None:
    opened = "import wsgi; wsgi.build_kit(wsgi.Settings.from_env({}), working_copy=True)"
    assert loaded(opened, "knowledge.library", "knowledge.index", "numpy") == {"knowledge.library"}


def test_a_server_loads_nothing_that_its_settings_do_not_name_or_few_ask_for() -> None:
    rare = ("authlib", "joserfc", "redis", "xlsxwriter", "openpyxl", "docx", "icalendar", "alembic", "handlers.cli.kb")
    server = "import wsgi; wsgi.create_app(); from handlers import clock, doors, opening"
    assert loaded(server, *rare, "flask_openapi") == {"flask_openapi"}


def test_products_are_not_shared_out_among_threads() -> None:
    """Set before numpy is loaded, wherever the program is started from."""
    look = "import os, sys, wsgi; print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    assert fresh(look) == "1 False"
