"""`./manage bench consoles`: what open consoles cost those who ask the bot.

The real server on loopback, one process, SQLite; questions come at a fixed rate. Rounds without and with 200 consoles
take turns. A console polls every five seconds, and when something has happened gets its list anew as inbox.js does.
Every few seconds a ticket is opened or added to, in rounds of both kinds, so that what differs is the consoles.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import wsgi
from callbacks import cold, requests_for
from config.settings import Settings
from desk_rows import add_to_one, fill, open_one, sessions, upgraded
from load import pace
from servers import Server, environment, serving
from thousand import write_content

_EVERY, _REFRESH = 5.0, 4.0  # seconds, as static/inbox.js has them
_NUMBER, _AFTER = re.compile(r'data-number="([^"]+)"'), re.compile(r'[?;&]after=([^"&]+)')


class _Console:
    """One browser: a connection that is kept, an ETag, a list."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.view = port, cookie, random.choice(("mine", "mine", "free", "all"))
        self.tag, self.shown, self.heard, self.since, self.end, self.refreshed = "", "", "", "", "", 0.0
        self.rows: set[str] = set()
        self.stale = True  # a page has been opened: its list is had once
        self.polls = self.unchanged = self.lists = self.later = self.bad = 0
        self.took: list[float] = []

    async def work(self, until: float) -> None:
        await asyncio.sleep(random.random() * _EVERY)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.time() < until:
            if self.shown:
                begun = time.perf_counter()
                await self._poll(reader, writer)
                self.took.append(time.perf_counter() - begun)
            while self.stale and time.time() - self.refreshed > _REFRESH:
                await self._refresh(reader, writer)
            await asyncio.sleep(_EVERY * random.uniform(0.9, 1.1))
        writer.close()

    async def _refresh(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        status, _, body = await self._ask(reader, writer, f"/console/live?view={self.view}")
        if status == 503:
            self.later += 1
            await asyncio.sleep(random.uniform(0.3, 1))
            return
        text = body.decode()
        self.rows, after = set(_NUMBER.findall(text)), _AFTER.search(text)
        self.end, self.shown = after[1] if after else "", text.partition('data-revision="')[2].partition('"')[0]
        self.stale, self.refreshed, self.lists = False, time.time(), self.lists + 1

    async def _poll(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = f"/console/poll?view={self.view}&revision={self.heard or self.shown}&shown={self.shown}&end={self.end}"
        known = self.tag if self.stale or self.shown == self.heard else ""
        status, head, body = await self._ask(reader, writer, f"{asked}&since={self.since}", known)
        self.polls += 1
        if status == 304:
            self.unchanged += 1
            return
        self.bad += status != 200
        said = json.loads(body)
        self.tag = next(line[6:] for line in head.splitlines() if line.lower().startswith("etag: "))
        self.since, self.heard = str(said.get("since", self.since)), str(said["revision"])
        if said["list"] or not self.rows.isdisjoint(said["moved"]):
            self.stale = True
        elif not self.stale:
            self.shown = self.heard

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, tag: str = ""
    ) -> tuple[int, str, bytes]:
        known = f"If-None-Match: {tag}\r\n" if tag else ""
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHX-Request: true\r\n"
            f"Cookie: huicai_desk={self.cookie}\r\n{known}\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line[15:]) for line in head.splitlines() if line.lower()[:15] == "content-length:"), 0)
        return int(head[9:12]), head, await reader.readexactly(length)


def be_consoles(port: int, cookies: list[str], seconds: float) -> None:
    """In a process of its own; prints what it saw."""
    consoles = [_Console(port, cookie) for cookie in cookies]

    async def everybody() -> None:
        until = time.time() + seconds
        await asyncio.gather(*(each.work(until) for each in consoles))

    asyncio.run(everybody())
    took = sorted(itertools.chain.from_iterable(each.took for each in consoles))
    found = {
        name: sum(getattr(each, name) for each in consoles) for name in ("polls", "unchanged", "lists", "later", "bad")
    }
    print(json.dumps({**found, "p50": took[len(took) // 2] * 1000, "p99": took[int(len(took) * 0.99)] * 1000}))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("./manage bench consoles", description=__doc__)
    parser.add_argument("--consoles", type=int, default=200)
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=30, help="questions a second")
    parser.add_argument("--seconds", type=float, default=30, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=float, default=10, help="seconds between two things that happen to tickets")
    parser.add_argument("--apart", action="store_true", help="a server of their own for the consoles")
    parser.add_argument("--be", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--happen", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.happen:
        happen(json.loads(Path(asked.happen).read_text()), asked.every)
        return
    if asked.be:
        be_consoles(int(asked.be[0]), Path(asked.be[1]).read_text().split(), float(asked.be[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), asked)


def _measure(folder: Path, asked: argparse.Namespace) -> None:
    known = write_content(folder / "content", 1000)
    url = f"sqlite:///{folder}/bench.db"
    upgraded(url)
    settings = environment(folder, url, "", workers=1) | {"CONTENT_DIR": str(folder / "content")}
    kit = wsgi.build_kit(Settings.from_env(settings))
    fill(kit, asked.tickets)
    cookies = folder / "cookies"
    cookies.write_text("\n".join(sessions(kit, asked.consoles)))
    ids, new = itertools.count(int(time.time()) * 100000), cold(known, random.Random(7))
    found: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
    told = folder / "settings.json"
    told.write_text(json.dumps(settings))
    happening = _beside("--happen", str(told), "--every", str(asked.every))
    with serving(settings) as server, _desk(server, settings, asked.apart) as desk, happening:

        def round_of(name: str, seconds: float) -> None:
            end = time.perf_counter() + seconds
            questions = itertools.chain.from_iterable(requests_for(new, 50, ids) for _ in itertools.count())
            cpu = server.cpu()
            took = sorted(
                each for _, each in pace(server.port, questions, asked.rate, lambda: time.perf_counter() > end)
            )
            p50, p99 = took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000
            print(
                f"{name:<10}{len(took):>8}{p50:>10.2f}{p99:>10.2f}{(server.cpu() - cpu) / seconds:>10.0%}", flush=True
            )
            found.setdefault(name, []).append((p50, p99))

        print(f"{'case':<10}{'answers':>8}{'p50 ms':>10}{'p99 ms':>10}{'cpu':>10}")
        round_of("warming", 4)
        for _ in range(asked.rounds):
            round_of("without", asked.seconds)
            with _beside("--be", str(desk.port), str(cookies), str(asked.seconds + 6)) as consoles:
                time.sleep(6)
                round_of("with", asked.seconds)
                print(f"          {consoles.communicate()[0].decode().strip()}")
    for at, name in enumerate(("p50", "p99")):
        without, beside = (statistics.median(each[at] for each in found[case]) for case in ("without", "with"))
        print(f"{name}: {without:.2f} -> {beside:.2f} ms, {beside / without - 1:+.0%}")
    kit.db.close()


def _desk(server: Server, settings: dict[str, str], apart: bool) -> contextlib.AbstractContextManager[Server]:
    return serving(settings) if apart else contextlib.nullcontext(server)


@contextlib.contextmanager
def _beside(*more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, so that it takes nothing from the one that measures."""
    here = [sys.executable, "-m", "benchmarks", "consoles", *more]
    process = subprocess.Popen(here, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parent.parent)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def happen(settings: dict[str, str], every: float) -> None:
    """A ticket is opened or added to every so many seconds, whether or not anybody looks on, until it is ended."""
    kit = wsgi.build_kit(Settings.from_env(settings))
    for number in itertools.count():
        time.sleep(every)
        open_one(kit, number)
        time.sleep(every)
        add_to_one(kit, number)
