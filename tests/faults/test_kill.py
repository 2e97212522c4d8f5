"""kill -9 of the whole service at random moments: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from wechat_posts import TICKET_TALK, Poster, numbered

import databases
import patient
from servers import SMALL, Server, environment, forked, free_port, start, valkey

KILLS = int(os.environ.get("KILLS", "6"))


class Doomed:
    """A server that is killed again and again while people talk, and started anew each time."""

    def __init__(self, settings: dict[str, str], seed: int) -> None:
        self.port = free_port()
        self._settings = settings
        self._chance = random.Random(seed)
        self._server: Server = start(settings, patient.APP, port=self.port, program=forked)
        self.kills = 0

    def live(self, kills: int) -> None:
        for _ in range(kills):
            time.sleep(self._chance.uniform(0.05, 0.6))
            self._server.kill()
            self.kills += 1
            self._server = start(self._settings, patient.APP, port=self.port, program=forked)

    def stop(self) -> None:
        self._server.stop()


@pytest.mark.race
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_killed_at_random_moments(kind: str, tmp_path: Path) -> None:
    with databases.migrated(kind, tmp_path) as url, valkey(tmp_path / "vk") as redis:
        settings = environment(tmp_path, url, redis, workers=2) | {"CONTENT_DIR": str(SMALL), **patient.DEADLINE}
        doomed = Doomed(settings, seed=KILLS)
        poster = Poster(doomed.port)
        at, over = int(time.time()), threading.Event()
        finished: list[int] = []

        def talk(lane: int) -> None:
            person = lane
            while not over.is_set():
                for step, said in enumerate(TICKET_TALK):
                    poster.until_answered(f"oKill{person}", said, numbered(person, step), at)
                finished.append(person)
                person += 4

        with ThreadPoolExecutor(4) as people:
            lanes = [people.submit(talk, lane) for lane in range(4)]
            try:
                doomed.live(KILLS)
            finally:
                over.set()
            for lane in lanes:
                lane.result()
        doomed.stop()
        engine = create_engine(url)
        with engine.connect() as rows:
            tickets = dict(map(tuple, rows.execute(text("SELECT openid, count(*) FROM ticket GROUP BY openid"))))
            messages = rows.execute(text("SELECT count(*) FROM message")).scalar_one()
            late = rows.execute(text("SELECT count(*) FROM late")).scalar_one()
        engine.dispose()
    assert doomed.kills == KILLS
    assert finished
    assert tickets == {f"oKill{person}": 1 for person in finished}
    assert messages == len(finished) * len(TICKET_TALK)
    assert [msg_id for msg_id, found in poster.answers.items() if len(found) != 1] == []
    assert late == 0
