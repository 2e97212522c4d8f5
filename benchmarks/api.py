"""`./manage bench api`: how long the API of the pages takes at 50 requests a second, while callbacks come in at 20.

The real server on loopback, one process, SQLite. 200 talents ask, look things up, open tickets and see how they stand;
half of the questions were never asked before. Times count from when a request was due.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import wsgi
from bot.kit import Kit
from callbacks import cold, requests_for
from config.settings import Settings
from desk_rows import fill, upgraded
from load import pace
from models.agreement import Agreements
from models.login import Logins
from models.talent import Talents
from servers import Server, environment, serving
from thousand import write_content

_PEOPLE = 200
_READS = ("/tickets", "/items", "/events", "/me", "/entries?limit=20", "/places", "/notices", "/topics", "/office")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("./manage bench api", description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="requests to the API a second")
    parser.add_argument("--callbacks", type=float, default=20, help="questions by WeChat a second")
    parser.add_argument("--seconds", type=float, default=30, help="a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tickets", type=int, default=2000)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), asked)


def _measure(folder: Path, asked: argparse.Namespace) -> None:
    known = write_content(folder / "content", 1000)
    url = f"sqlite:///{folder}/bench.db"
    upgraded(url)
    limits = {"API_PER_MINUTE": "1000000", "API_PER_ADDRESS": "1000000"}
    settings = environment(folder, url, "", workers=1) | {"CONTENT_DIR": str(folder / "content"), **limits}
    kit = wsgi.build_kit(Settings.from_env(settings))
    fill(kit, asked.tickets)
    tokens = _logged_in(kit)
    with serving(settings) as server:
        print(f"{'round':<10}{'answers':>8}{'p50 ms':>10}{'p99 ms':>10}{'most':>10}{'cpu':>8}")
        _round(server, asked, known, tokens, "warming", 4)
        for number in range(asked.rounds):
            _round(server, asked, known, tokens, str(number + 1), asked.seconds)
    kit.db.close()


def _round(
    server: Server, asked: argparse.Namespace, known: list[str], tokens: list[str], name: str, seconds: float
) -> None:
    chance, ids = random.Random(name), itertools.count(int(time.time() * 100000))
    end, cpu = time.perf_counter() + seconds, server.cpu()

    def over() -> bool:
        return time.perf_counter() > end

    questions = itertools.chain.from_iterable(
        requests_for(cold(known, random.Random(name)), 50, ids) for _ in itertools.count()
    )
    beside = threading.Thread(target=pace, args=(server.port, questions, asked.callbacks, over), daemon=True)
    beside.start()
    took = sorted(each for _, each in pace(server.port, _requests(known, tokens, chance), asked.rate, over))
    beside.join()
    p50, p99 = took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000
    used = (server.cpu() - cpu) / seconds
    print(f"{name:<10}{len(took):>8}{p50:>10.1f}{p99:>10.1f}{took[-1] * 1000:>10.1f}{used:>8.0%}", flush=True)


def _logged_in(kit: Kit) -> list[str]:
    """Tokens of people of whom half are known to the service account and have tickets."""
    tokens, now = [], kit.now()
    with kit.db.writing() as unit:
        for number in range(_PEOPLE):
            openid, app = (f"oRow{number}", "service") if number % 2 else (f"oMini{number}", "miniapp")
            talent = Talents(unit).enter(openid, app, unionid="", now=now)  # type: ignore[arg-type]
            tokens.append(f"token of the bench {number:08}")
            Logins(unit).begin(tokens[-1], talent, openid, app, agent="bench", now=now)
            Agreements(unit).give(openid, "service", how="bench", now=now, version=99)
    return tokens


def _requests(known: list[str], tokens: list[str], chance: random.Random) -> Iterator[bytes]:
    new, keys = cold(known, chance), itertools.count(int(time.time() * 1000) * 1000)
    favourites = chance.sample(known, 100)
    while True:
        token, what = chance.choice(tokens), chance.random()
        if what < 0.4:
            text = next(new) if chance.random() < 0.5 else chance.choice(favourites)
            yield _request("POST", "/ask", token, {"text": text}, next(keys))
        elif what < 0.45:
            sent = {"kind": "question", "text": "人才津贴没有到账，请帮忙看看"}
            yield _request("POST", "/tickets", token, sent, next(keys))
        else:
            yield _request("GET", chance.choice(_READS), token)


def _request(method: str, path: str, token: str, sent: object = None, key: int = 0) -> bytes:
    body = b"" if sent is None else json.dumps(sent).encode()
    head = [f"{method} /api/v1{path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}"]
    if sent is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}", f"Idempotency-Key: bench-{key}"]
    return "\r\n".join([*head, "", ""]).encode() + body
