"""A message comes in at the very moment when what is owed to its sender finds no way: it must go out all the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import databases
from bot import reply as replies
from bot.deadline import Deadline
from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.reply import Text, Turn
from bot.router import Route, Router
from models.db import Database
from outgoing import arrived, deliver, owe, row
from talk import message_of

PEOPLE = 30


@pytest.fixture(params=databases.NAMES)
def anywhere(request: pytest.FixtureRequest, kit: Kit, tmp_path: Path) -> Iterator[Kit]:
    """The bot on every kind of database."""
    with databases.migrated(request.param, tmp_path) as url:
        database = Database(url)
        yield replace(kit, db=database)
        database.close()


def test_no_message_opens_a_way_unseen(anywhere: Kit) -> None:
    kit = anywhere
    pipeline = Pipeline(kit, Router([], {}, [], Route("only", lambda _: True, lambda _: Turn(Text("好的")))))
    at = int(kit.now().timestamp())

    def meet(openid: str) -> str:
        """What the person heard when both happened at once."""
        together = threading.Barrier(2)

        def write() -> str:
            together.wait()
            return replies.as_text(pipeline.handle(message_of("你好", openid, at), Deadline()).reply)

        def send() -> None:
            together.wait()
            deliver(kit)

        with ThreadPoolExecutor(2) as both:
            written, sent = both.submit(write), both.submit(send)
            sent.result()
            return written.result()

    for number in range(PEOPLE):
        openid = f"oRace{number}"
        owed = owe(kit, openid, "broadcast", dedup=openid, data={"text": f"给{number}的消息"})
        heard = meet(openid)
        deliver(kit)
        assert row(kit, owed).state == "sent"
        assert "\n".join([heard, *arrived(kit, openid)]).count(f"给{number}的消息") == 1
    pipeline.close()
