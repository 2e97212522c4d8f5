"""`./manage bench report [sqlite] [postgres] [mariadb]`: the reports of 10,000 tickets of two months, in process.

Servers are those of TEST_POSTGRES_URL and TEST_MARIADB_URL; a database of its own is made there and dropped.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask

import wsgi
from config.calendar import day_of
from config.settings import Settings
from databases import empty
from desk_rows import many, sessions, upgraded
from handlers.console import pages
from servers import environment


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("./manage bench report", description=__doc__)
    parser.add_argument("databases", nargs="*", default=["sqlite"])
    parser.add_argument("--tickets", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    for kind in asked.databases:
        with tempfile.TemporaryDirectory() as name, empty(kind, Path(name)) as url:
            _measure(Path(name), url, asked.tickets)


def _measure(folder: Path, url: str, tickets: int) -> None:
    settings = environment(folder, url, "")
    upgraded(url)
    kit = wsgi.build_kit(Settings.from_env(settings))
    many(kit, tickets)
    [cookie] = sessions(kit, 1, "lead")
    app = Flask("bench", static_folder=None)
    app.register_blueprint(pages.make(kit))
    client = app.test_client()
    client.set_cookie("huicai_desk", cookie)
    print(f"{f'{kit.db.kind}, {tickets} tickets':<36}{'p50 ms':>10}{'max ms':>10}{'cpu ms':>10}{'KB':>8}")
    for name, days in (("a week", 7), ("a month", 30), ("a quarter", 90)):
        path = f"/console/reports?first={day_of(kit.now()) - timedelta(days=days - 1)}&step=week"
        took, spent, size = [], time.process_time(), 0
        for _ in range(5):
            begun = time.perf_counter()
            answer = client.get(path)
            took.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, answer.status_code
            size = len(answer.data)
        spent = (time.process_time() - spent) / len(took) * 1000
        took.sort()
        print(f"{name:<36}{took[len(took) // 2]:>10.1f}{took[-1]:>10.1f}{spent:>10.1f}{size / 1024:>8.0f}", flush=True)
    kit.db.close()
