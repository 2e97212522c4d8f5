"""`./manage bench login`: whether the time of a refused login tells which names there are. In process, on SQLite.

Names that are there, that are not, and of disabled accounts are tried in turns, with wrong passwords; each try comes
from an address of its own, and no account is tried so often that it is locked.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import statistics
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

import wsgi
from bot.kit import Kit
from config.settings import Settings
from databases import empty
from desk_rows import upgraded
from handlers.console import pages
from models import password
from models.knock import TRIES
from models.roster import NewStaff, Roster
from models.seal import Seal
from models.ticket import HOTLINE
from servers import environment

_EACH = TRIES - 1  # failures of one account that do not lock it


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("./manage bench login", description=__doc__)
    parser.add_argument("--tries", type=int, default=240, help="of each sort")
    tries = parser.parse_args(arguments).tries
    logging.getLogger("huicai").setLevel(logging.ERROR)  # every refusal is a line
    with tempfile.TemporaryDirectory() as name, empty("sqlite", Path(name)) as url:
        settings = environment(Path(name), url, "")
        upgraded(url)
        kit = wsgi.build_kit(Settings.from_env(settings))
        _hire(kit, tries // _EACH + 1)
        app = Flask("bench", static_folder=None)
        app.register_blueprint(pages.make(kit))
        _tell(_measured(app.test_client(), tries))
        kit.db.close()


def _hire(kit: Kit, size: int) -> None:
    seal, now, kept = Seal(kit.settings.secret_key), kit.now(), password.hashed(password.generated())
    with kit.db.writing() as unit:
        roster = Roster(unit, seal)
        for number in range(size):
            for sort in ("there", "gone"):
                made = roster.add("cli:bench", NewStaff(f"{sort}{number}", "某人", "agent", HOTLINE, kept), now=now)
                if sort == "gone":
                    roster.disable("cli:bench", made.id, now=now)


def _measured(client: FlaskClient, tries: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {"there": [], "gone": [], "nobody": []}
    for number in range(tries):
        for sort in random.sample(list(took), 3):
            mark = re.search('name="mark" value="([^"]*)"', client.get("/console/login").text)
            assert mark
            form = {"mark": mark[1], "login": f"{sort}{number // _EACH}", "password": f"wrong-One-{number}"}
            where = {"REMOTE_ADDR": f"10.{number >> 8}.{number & 255}.{len(sort)}"}
            begun = time.perf_counter()
            answer = client.post("/console/login", data=form, environ_base=where)
            took[sort].append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 403, answer.status_code
    return took


def _tell(took: dict[str, list[float]]) -> None:
    """`told`: how often a guess by the time alone is right between that sort and `there`; 0.50 is a coin."""
    print(f"{'name':<10}{'tries':>8}{'p10 ms':>10}{'p50 ms':>10}{'p90 ms':>10}{'told':>8}")
    for sort, times in took.items():
        deciles = statistics.quantiles(times, n=10)
        slower = sum(one > other for one in times for other in took["there"]) / len(times) / len(took["there"])
        told = max(slower, 1 - slower) if sort != "there" else 0.5
        print(f"{sort:<10}{len(times):>8}{deciles[0]:>10.1f}{deciles[4]:>10.1f}{deciles[8]:>10.1f}{told:>8.2f}")
