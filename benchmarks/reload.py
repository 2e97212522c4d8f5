"""`./manage bench reload [N ...]`: how long answers take while the content of a running server is replaced.

The real server on loopback with contents of N entries, one process, SQLite; new questions come at a fixed rate. Then a
word of one answer is changed and saved, which publishes it; the table shows the answers before, and those from the save
until the new version is in force and a second longer.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from callbacks import cold, requests_for
from load import pace
from models.db import Database
from models.schema import upgrade
from servers import Server, environment, serving
from thousand import write_many

_LONGEST = 300.0  # seconds a reload may take before the measuring gives up


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("./manage bench reload", description=__doc__)
    parser.add_argument("entries", nargs="*", type=int, default=[1000, 10_000, 100_000], metavar="N")
    parser.add_argument("--rate", type=float, default=30, help="questions a second")
    parser.add_argument("--quiet", type=float, default=8, help="seconds before the change")
    asked = parser.parse_args(arguments)
    titles = ("start s", "reload s", "MB", "answers", "p50 ms", "p99 ms", "max ms")
    print(f"{'entries':<20}" + "".join(f"{title:>10}" for title in titles))
    for entries in asked.entries:
        with tempfile.TemporaryDirectory() as name:
            _measure(Path(name), entries, asked.rate, asked.quiet)


def _measure(folder: Path, entries: int, rate: float, quiet: float) -> None:
    content = folder / "content"
    known = write_many(content, entries)
    database = f"sqlite:///{folder}/bench.db"
    made = Database(database)
    upgrade(made)
    made.close()
    settings = environment(folder, database, "", workers=1) | {"CONTENT_DIR": str(content)}
    started = time.perf_counter()
    with serving(settings, patience=int(_LONGEST)) as server:
        started = time.perf_counter() - started
        questions = _endless(known)
        _sent(server, questions, rate, 2)
        before = _sent(server, questions, rate, quiet)
        _tell(f"{entries} before", f"{started:.1f}", "", server, before)
        seconds, during = _while_changing(server, content, questions, rate)
        _tell(f"{entries} during", "", f"{seconds:.1f}", server, during)


def _endless(known: list[str]) -> Iterator[bytes]:
    """Freshly signed questions, in portions: a signature holds for five minutes."""
    ids, new = itertools.count(int(time.time()) * 100000), cold(known, random.Random(7))
    while True:
        yield from requests_for(new, 50, ids)


def _sent(server: Server, questions: Iterator[bytes], rate: float, seconds: float) -> list[float]:
    end = time.perf_counter() + seconds
    return [took for _, took in pace(server.port, questions, rate, lambda: time.perf_counter() > end)]


def _while_changing(
    server: Server, content: Path, questions: Iterator[bytes], rate: float
) -> tuple[float, list[float]]:
    """Seconds from the save until the change is in force, and how long each answer took."""
    over = threading.Event()
    taken: list[float] = []

    def change() -> None:
        was, saved = _version(server), time.perf_counter()
        file = content / "faq" / "bench0.yaml"
        file.write_text(file.read_text("utf-8").replace("演示回答0，", "演示回答零，"), encoding="utf-8")
        while _version(server) == was and time.perf_counter() - saved < _LONGEST:
            time.sleep(0.2)
        taken.append(time.perf_counter() - saved)
        time.sleep(1)
        over.set()

    threading.Thread(target=change, daemon=True).start()
    answers = [took for _, took in pace(server.port, questions, rate, over.is_set)]
    return taken[0], answers


def _version(server: Server) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=30) as answer:
        return str(json.load(answer)["content"])


def _tell(name: str, started: str, reloaded: str, server: Server, took: list[float]) -> None:
    ordered = sorted(each * 1000 for each in took)
    shares = [ordered[int(len(ordered) * share)] for share in (0.5, 0.99)]
    resident = max(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6 for pid in server.pids)
    cells = [started, reloaded, f"{resident:.0f}", str(len(ordered)), *(f"{ms:.1f}" for ms in (*shares, ordered[-1]))]
    print(f"{name:<20}" + "".join(f"{cell:>10}" for cell in cells), flush=True)
