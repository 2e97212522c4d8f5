"""Content published on real servers: all of them serve it, and a publisher that dies leaves all of it or nothing."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import databases
from config.settings import ROOT
from knowledge.folder import packed, snapshot
from models import content
from models.db import Database
from models.schema import upgrade
from servers import Server, environment, serving, valkey

WITHIN = 20.0  # seconds until a test gives up; what operators are promised is measured in benchmarks
OPEN, WORD = "faq/housing.yaml", "还不能说已经开放"
KILLS = 8


def ready(server: Server) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=5) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / OPEN
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def flask(settings: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    path = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "EMULATOR_PORT": "0"}  # noqa: S108
    done = subprocess.run(
        command, cwd=ROOT, env=path | settings, capture_output=True, text=True, timeout=90, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@contextlib.contextmanager
def two_machines(kind: str, tmp: Path, redis: bool) -> Iterator[tuple[list[Server], list[dict[str, str]]]]:
    """Each with a folder of its own, on one database; the second publishes by command only."""
    with contextlib.ExitStack() as all_:
        url = all_.enter_context(databases.empty(kind, tmp))
        address = all_.enter_context(valkey(tmp / "vk")) if redis else ""
        database = Database(url)
        upgrade(database)
        database.close()
        settings = []
        for number, publish in enumerate(("saved", "command")):
            folder = tmp / f"content{number}"
            shutil.copytree(ROOT / "knowledge" / "content", folder)
            more = {"CONTENT_DIR": str(folder), "PUBLISH": publish, "LOG_LEVEL": "ERROR"}
            settings.append(environment(tmp, url, address, workers=1) | more)
        servers = [all_.enter_context(serving(each)) for each in settings]
        yield servers, settings


@pytest.mark.race
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "redis"), [("sqlite", False), ("postgres", True), ("mariadb", False)])
def test_what_is_published_on_one_machine_is_served_by_both(kind: str, redis: bool, tmp_path: Path) -> None:
    with two_machines(kind, tmp_path, redis) as (servers, settings):
        folders = [Path(each["CONTENT_DIR"]) for each in settings]

        def all_serve(version: str) -> bool:
            return {ready(server)["content"] for server in servers} == {version[:12]}

        first = snapshot(folders[0]).version
        until(lambda: all_serve(first))
        edit(folders[0], WORD, "仍不能说已经开放")
        second = snapshot(folders[0]).version
        until(lambda: all_serve(second))

        edit(folders[0], "aspect: when", "aspect: wenn")
        until(lambda: ready(servers[0])["content_faults"] == 1)
        assert all_serve(second)
        assert "wenn" in flask(settings[0], "kb", "status")

        flask(settings[1], "kb", "rollback", "1", "--why", "说错了")
        until(lambda: all_serve(first))
        until(lambda: "2 个进程都在用 v3" in flask(settings[1], "kb", "status"))
        told = flask(settings[1], "kb", "history")
        assert [line.split()[0] for line in told.splitlines()] == ["v3", "v2", "v1"]


PUBLISHING = """
import sys
from datetime import UTC, datetime
from knowledge.folder import packed
from models import content
from models.db import Database

database, number = Database(sys.argv[1]), int(sys.argv[2])
while True:
    number += 1
    taken = packed({f"faq/{n}.yaml": f"{number}-{n}".encode() * 20000 for n in range(10)})
    new = content.New(taken.files, taken.version, "published", "", "")
    with database.writing() as unit:
        content.publish(unit, new, seen=number - 1, now=datetime.now(UTC))
    print(number, flush=True)
"""


@pytest.mark.race
@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", databases.NAMES)
def test_a_publisher_that_is_killed_leaves_whole_versions_only(kind: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    with databases.empty(kind, tmp_path) as url:
        database = Database(url)
        upgrade(database)
        told = 0
        for _ in range(KILLS):
            with database.unit() as unit:
                head = content.head(unit)
            number = head.number if head else 0
            assert number >= told, "what was told as published is there"
            command = [sys.executable, "-c", PUBLISHING, url, str(number)]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout
                process.stdout.readline()
                time.sleep(chance.uniform(0, 0.2))
                process.kill()
                told = max([number + 1, *map(int, process.stdout.read().split())])
        with database.unit() as unit:
            known = content.history(unit)
            for version in known:
                assert packed(content.files(unit, version.number)).version == version.digest
        database.close()
    assert [each.number for each in known] == list(range(len(known), 0, -1))
    assert len(known) >= KILLS


@pytest.mark.race
@pytest.mark.timeout(120)
def test_a_folder_broken_while_nothing_ran_stops_no_start(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "knowledge" / "content", tmp_path / "content"))
    settings = environment(tmp_path, f"sqlite:///{tmp_path}/huicai.db", "", workers=1) | {"CONTENT_DIR": str(folder)}
    database = Database(settings["DATABASE_URL"])
    upgrade(database)
    database.close()
    with serving(settings) as server:
        version = ready(server)["content"]
    edit(folder, "aspect: when", "aspect: wenn")
    with serving(settings) as server:
        state = ready(server)
        assert (state["content"], state["content_faults"], state["database"]) == (version, 1, "ok")


@pytest.mark.race
@pytest.mark.timeout(120)
def test_a_second_district_needs_a_folder_and_a_database_only(tmp_path: Path) -> None:
    folder = ROOT / "tests" / "knowledge" / "content_small"
    first = environment(tmp_path, f"sqlite:///{tmp_path}/first.db", "", workers=1)
    second = environment(tmp_path, f"sqlite:///{tmp_path}/second.db", "", workers=1) | {"CONTENT_DIR": str(folder)}
    for settings in (first, second):
        database = Database(settings["DATABASE_URL"])
        upgrade(database)
        database.close()
    with serving(first) as ours, serving(second) as theirs:
        assert ready(ours)["content"] == snapshot(ROOT / "knowledge" / "content").version[:12]
        assert ready(theirs)["content"] == snapshot(folder).version[:12]
    with serving(first | {"CONTENT_DIR": str(folder)}) as mixed:
        state = ready(mixed)
        assert state["content"] == snapshot(ROOT / "knowledge" / "content").version[:12]
        assert "与 v1 不同" in flask(first | {"CONTENT_DIR": str(folder)}, "kb", "status")
