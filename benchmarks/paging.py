"""Pages of the console over a desk full of tickets, each timed in process, no server between."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

import wsgi
from bot.kit import Kit
from config.settings import Settings
from databases import empty
from desk_rows import many, sessions, upgraded
from handlers.console import pages
from servers import environment

Paths = Callable[[Kit], Iterable[tuple[str, str]]]


def measure(verb: str, about: str | None, arguments: list[str], paths: Paths, *, role: str, times: int) -> None:
    """`paths`: what each page is called and where it is. `times`: how often each is asked for."""
    parser = argparse.ArgumentParser(f"./manage bench {verb}", description=about)
    parser.add_argument("databases", nargs="*", default=["sqlite"])
    parser.add_argument("--tickets", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    for kind in asked.databases:
        with tempfile.TemporaryDirectory() as name, empty(kind, Path(name)) as url:
            _table(Path(name), url, asked.tickets, paths, role, times)


def _table(folder: Path, url: str, tickets: int, paths: Paths, role: str, times: int) -> None:
    upgraded(url)
    kit = wsgi.build_kit(Settings.from_env(environment(folder, url, "")))
    many(kit, tickets)
    [cookie] = sessions(kit, 1, role)
    app = Flask("bench", static_folder=None)
    app.register_blueprint(pages.make(kit))
    client = app.test_client()
    client.set_cookie("huicai_desk", cookie)
    print(f"{f'{kit.db.kind}, {tickets} tickets':<36}{'p50 ms':>10}{'max ms':>10}{'cpu ms':>10}{'KB':>8}")
    for name, path in paths(kit):
        _row(client, name, path, times)
    kit.db.close()


def _row(client: FlaskClient, name: str, path: str, times: int) -> None:
    took, spent, size = [], time.process_time(), 0
    for _ in range(times):
        begun = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.status_code
        size = len(answer.data)
    spent = (time.process_time() - spent) / len(took) * 1000
    took = sorted(took[1:])  # the first compiles templates
    print(f"{name:<36}{took[len(took) // 2]:>10.1f}{took[-1]:>10.1f}{spent:>10.1f}{size / 1024:>8.0f}", flush=True)
