"""Many processes on one account while WeChat kills its tokens: each death costs one fetch, whoever notices it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

import databases
from fake_wechat import TOKEN_PATH, FakeWeChat, serving
from forked import Program

PROCESSES, THREADS = 3, 4
DEATHS = int(os.environ.get("KILLS", "4"))
SENDS = 30  # between two deaths
SEND = "/cgi-bin/message/custom/send"
_SENDER = """
import collections, datetime, json, os, sys, threading
from bot.reply import Text
from bot.wechat.account import Account
from bot.wechat.api import Api, Request
from bot.wechat.client import WeChat
from bot.wechat.errors import SendError
from models.db import Database
from models.seal import Seal

url, base, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
# Nobody here gives up: of a call that was not waited for nobody knows whether it used a token.
Request.__init__.__defaults__ = (*Request.__init__.__defaults__[:-1], 60.0)
db = Database(url, wait=60.0)
now = lambda: datetime.datetime.now(datetime.UTC)
api = Api(base, connect=60.0, read=60.0)
wechat = WeChat(Account("wx1", "a secret", api, db=db, seal=Seal("a key for the race, long enough"), now=now))
told, over = collections.Counter(), threading.Event()

def send(number):
    while not over.is_set():
        try:
            wechat.send(f"oXiaoLin-{os.getpid()}-{number}", Text("x"))
            told["ok"] += 1
        except SendError as error:
            told[f"{error.kind} {error.code} {error.said}"] += 1

all = [threading.Thread(target=send, args=(number,)) for number in range(threads)]
[each.start() for each in all]
sys.stdin.readline()
over.set()
[each.join() for each in all]
print(json.dumps(told))
"""


@pytest.mark.race
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", databases.NAMES)
def test_a_killed_token_is_fetched_once(kind: str, tmp_path: Path) -> None:
    fake = FakeWeChat()
    with databases.migrated(kind, tmp_path) as url, serving(fake) as base:
        senders = [Program(["-c", _SENDER, url, base, str(THREADS)], os.environ) for _ in range(PROCESSES)]
        try:
            for _ in range(DEATHS):
                _wait_for(fake, SENDS)
                fake.kill()
            _wait_for(fake, SENDS)
            told = [json.loads(sender.communicate("\n", timeout=100)[0]) for sender in senders]
        finally:
            for sender in senders:
                sender.close()
    assert fake.times(TOKEN_PATH) <= DEATHS + PROCESSES
    assert fake.times(TOKEN_PATH) >= DEATHS + 1
    assert {said for each in told for said in each} == {"ok"}
    assert sum(each["ok"] for each in told) >= SENDS * DEATHS


def _wait_for(fake: FakeWeChat, sends: int) -> None:
    """Until so many more messages have gone through with the present token, and every thread has sent one of them.

    A thread that slept through a whole token's life would meet two deaths in one call; that call is put off, rightly.
    """
    token, start, ends = fake.token, len(fake.got), time.monotonic() + 60
    while True:
        with_it = [got.json["touser"] for got in fake.got[start:] if got.query.get("access_token") == token]
        if len(with_it) >= sends and len(set(with_it)) == PROCESSES * THREADS:
            return
        assert time.monotonic() < ends, "nothing goes any more"
        time.sleep(0.02)
