"""Throughput of the full path against a bare encrypted echo, in one interleaved run: `./manage bench`.

Full path: decrypt, deduplicate, match over 1,000 entries, write the row, encrypt the reply; SQLite. "hot": questions
asked before; "cold": every question new. Both servers run under the same Granian with the same workers and threads.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from load import Outcome, drive, request
from models.db import Database
from models.schema import upgrade
from servers import Server, environment, serving, valkey
from stages import stages
from thousand import write_content
from wechat_side import WeChatSide, text_xml

Found = dict[str, list[tuple[Outcome, float]]]  # case -> its rounds: what came out, processor microseconds a request


def requests_for(questions: Iterator[str], count: int, ids: Iterator[int]) -> list[bytes]:
    """Freshly signed, each a message of its own; a thousand people take turns."""
    at = int(time.time())
    side = WeChatSide(at)
    made = []
    for number, question in zip(range(count), questions, strict=False):
        made.append(request(*side.safe(text_xml(f"oBench{number % 1000:04}", question, next(ids), at))))
    return made


def measure(server: Server, prepared: list[bytes], connections: int) -> tuple[Outcome, float]:
    before = server.cpu()
    outcome = drive(server.port, prepared, connections)
    return outcome, (server.cpu() - before) / len(prepared) * 1e6


def cold(known: list[str], chance: random.Random) -> Iterator[str]:
    """Questions that were never asked before: a known one with a surname, a year or a filler of its own."""
    for number in itertools.count():
        yield f"{chance.choice(known)}{chance.choice('赵钱孙李周吴郑王')}{number}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=6000, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, valkey(Path(name)) as redis:
        folder = Path(name)
        known = write_content(folder / "content", 1000)
        database = f"sqlite:///{folder}/bench.db"
        settings = environment(folder, database, redis, workers=asked.workers, threads=asked.threads)
        settings |= {"CONTENT_DIR": str(folder / "content"), "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING")}
        _migrate(database)
        with serving(settings, "echo:make") as echo, serving(settings) as bot:
            _report(_rounds(echo, bot, known, asked.requests, asked.rounds))
        chance = random.Random(11)
        favourites = (chance.choice(known[:200]) for _ in itertools.count())
        for name, questions in (("hot", favourites), ("cold", cold(known, chance))):
            _say_what_dominates(name, stages(settings, questions, 1500))


def _rounds(echo: Server, bot: Server, known: list[str], count: int, rounds: int) -> Found:
    chance = random.Random(7)
    ids, new = itertools.count(int(time.time()) * 100000), cold(known, chance)
    favourites = chance.sample(known, 200)
    hot = (chance.choice(favourites) for _ in itertools.count())
    drive(bot.port, requests_for(iter(favourites), len(favourites), ids), 4)
    found: Found = {}
    for connections, size in ((16, count), (2, count // 3)):
        for _ in range(rounds):
            for name, server, questions in (("echo", echo, hot), ("hot", bot, hot), ("cold", bot, new)):
                result = measure(server, requests_for(questions, size, ids), connections)
                found.setdefault(f"{name} x{connections}", []).append(result)
    return found


def _report(found: Found) -> None:
    titles = ("answers/s", "of echo", "p50 ms", "p99 ms", "cpu us", "of echo", "failed")
    print(f"{'case':<10}" + "".join(f"{title:>11}" for title in titles))
    for name, results in found.items():
        base = found[f"echo {name.split()[1]}"]
        rate = statistics.median(outcome.rate for outcome, _ in results)
        share = statistics.median(mine.rate / other.rate for (mine, _), (other, _) in zip(results, base, strict=True))
        cpu = statistics.median(each for _, each in results)
        dearer = statistics.median(mine / other for (_, mine), (_, other) in zip(results, base, strict=True))
        p50, p99 = (statistics.median(outcome.percentile(part) for outcome, _ in results) for part in (0.5, 0.99))
        failed = sum(outcome.failed for outcome, _ in results)
        print(f"{name:<10}{rate:>11.0f}{share:>11.2f}{p50:>11.2f}{p99:>11.2f}{cpu:>11.0f}{dearer:>11.2f}{failed:>11}")


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def _say_what_dominates(name: str, found: list[tuple[str, float]]) -> None:
    whole = sum(spent for _, spent in found)
    print(f"\nwhere the time goes, {name}, one thread in process: {whole:.0f} us")
    for stage, spent in found:
        print(f"{spent:>8.0f} us {spent / whole:>5.0%}  {stage}")


if __name__ == "__main__":
    main()
