"""The same callbacks three times at once on two processes: effects once, answers equal to the byte."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from wechat_posts import TICKET_TALK, Poster, numbered

import databases
import patient
from servers import SMALL, environment, forked, serving, valkey

PEOPLE = 75  # times four messages: 300 callbacks


@pytest.mark.race
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", databases.NAMES)
def test_three_deliveries_at_once_on_two_processes(kind: str, tmp_path: Path) -> None:
    with databases.migrated(kind, tmp_path) as url, valkey(tmp_path / "vk") as redis:
        settings = environment(tmp_path, url, redis, workers=2) | {"CONTENT_DIR": str(SMALL), **patient.DEADLINE}
        with serving(settings, patient.APP, program=forked) as server:
            poster = Poster(server.port)
            at = int(time.time())

            def talk(person: int) -> None:
                for step, said in enumerate(TICKET_TALK):
                    poster.thrice_at_once(f"oRace{person}", said, numbered(person, step), at)

            with ThreadPoolExecutor(8) as people:
                list(people.map(talk, range(PEOPLE)))
        engine = create_engine(url)
        with engine.connect() as rows:
            messages = rows.execute(text("SELECT count(*) FROM message")).scalar_one()
            tickets = dict(map(tuple, rows.execute(text("SELECT openid, count(*) FROM ticket GROUP BY openid"))))
            events = rows.execute(text("SELECT count(*) FROM ticket_event")).scalar_one()
        engine.dispose()
    assert set(poster.statuses) == {200}
    assert [msg_id for msg_id, found in poster.answers.items() if len(found) != 1] == []
    assert messages == PEOPLE * len(TICKET_TALK)
    assert tickets == {f"oRace{person}": 1 for person in range(PEOPLE)}
    assert events == PEOPLE
