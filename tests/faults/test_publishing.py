"""Content published on real servers: all of them serve it, and a publisher that dies leaves all of it or nothing."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import databases
import forked
import servers
from knowledge.folder import packed, snapshot
from models import content
from models.db import Database
from servers import SMALL, Server, environment, serving, valkey

WITHIN = 100.0  # seconds until a test gives up; what operators are promised is measured in benchmarks
FLAT, STREET = "faq/flat.yaml", "演示大道"
KILLS = 8


def ready(server: Server) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=60) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / FLAT
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def flask(settings: dict[str, str], *words: str) -> str:
    """What a command says that an admin gives on the machine of these settings."""
    done = forked.flask(*words, **settings)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@contextlib.contextmanager
def two_machines(kind: str, tmp: Path, redis: bool) -> Iterator[tuple[list[Server], list[dict[str, str]]]]:
    """Each with a folder of its own, on one database; the second publishes by command only."""
    with contextlib.ExitStack() as all_:
        url = all_.enter_context(databases.migrated(kind, tmp))
        address = all_.enter_context(valkey(tmp / "vk")) if redis else ""
        settings = []
        for number, publish in enumerate(("saved", "command")):
            folder = tmp / f"content{number}"
            shutil.copytree(SMALL, folder)
            more = {"CONTENT_DIR": str(folder), "PUBLISH": publish, "LOG_LEVEL": "ERROR"}
            settings.append(environment(tmp, url, address, workers=1) | more)
        yield [all_.enter_context(serving(each, program=servers.forked)) for each in settings], settings


@pytest.mark.race
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("kind", "redis"), [("sqlite", False), ("postgres", True), ("mariadb", False)])
def test_what_is_published_on_one_machine_is_served_by_both(kind: str, redis: bool, tmp_path: Path) -> None:
    with two_machines(kind, tmp_path, redis) as (servers, settings):
        folders = [Path(each["CONTENT_DIR"]) for each in settings]

        def all_serve(version: str) -> bool:
            return {ready(server)["content"] for server in servers} == {version[:12]}

        first = snapshot(folders[0]).version
        until(lambda: all_serve(first))
        edit(folders[0], STREET, "演示中路")
        second = snapshot(folders[0]).version
        until(lambda: all_serve(second))

        edit(folders[0], "aspect: where", "aspect: were")
        until(lambda: ready(servers[0])["content_faults"] == 1)
        assert all_serve(second)
        assert "were" in flask(settings[0], "kb", "status")

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

database, number = Database(sys.argv[1], wait=60.0), int(sys.argv[2])
while True:
    number += 1
    taken = packed({f"faq/{n}.yaml": f"{number}-{n}".encode() * 20000 for n in range(10)})
    new = content.New(taken.files, taken.version, "published", "", "")
    with database.writing() as unit:
        content.publish(unit, new, seen=number - 1, now=datetime.now(UTC))
    print(number, flush=True)
"""


@pytest.mark.race
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", databases.NAMES)
def test_a_publisher_that_is_killed_leaves_whole_versions_only(kind: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    with databases.migrated(kind, tmp_path) as url:
        database = Database(url, wait=60.0)
        told = 0
        for _ in range(KILLS):
            with database.unit() as unit:
                head = content.head(unit)
            number = head.number if head else 0
            assert number >= told, "what was told as published is there"
            with forked.Program(["-c", PUBLISHING, url, str(number)], os.environ) as process:
                assert process.stdout
                assert process.stdout.readline()
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
    folder = Path(shutil.copytree(SMALL, tmp_path / "content"))
    with databases.migrated("sqlite", tmp_path) as url:
        settings = environment(tmp_path, url, "", workers=1) | {"CONTENT_DIR": str(folder)}
        with serving(settings, program=servers.forked) as server:
            version = ready(server)["content"]
        edit(folder, "aspect: where", "aspect: were")
        with serving(settings, program=servers.forked) as server:
            state = ready(server)
            assert (state["content"], state["content_faults"], state["database"]) == (version, 1, "ok")


@pytest.mark.race
@pytest.mark.timeout(120)
def test_a_second_district_needs_a_folder_and_a_database_only(tmp_path: Path) -> None:
    folders = [Path(shutil.copytree(SMALL, tmp_path / name)) for name in ("ours", "theirs")]
    edit(folders[1], STREET, "演示中路")
    versions = [snapshot(folder).version[:12] for folder in folders]
    with contextlib.ExitStack() as ending:
        first, second = (
            environment(tmp_path, ending.enter_context(databases.migrated("sqlite", tmp_path)), "", workers=1)
            | {"CONTENT_DIR": str(folder)}
            for folder in folders
        )
        with serving(first, program=servers.forked) as ours, serving(second, program=servers.forked) as theirs:
            assert [ready(server)["content"] for server in (ours, theirs)] == versions
        mixed = first | {"CONTENT_DIR": str(folders[1])}
        with serving(mixed, program=servers.forked) as server:
            assert ready(server)["content"] == versions[0]
            assert "与 v1 不同" in flask(mixed, "kb", "status")
