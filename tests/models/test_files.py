"""Files and replies taken back, on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hotline import joining
from models import files, outbox
from models.attachment import Attachment
from models.db import Database
from models.desk import NewTicket
from models.files import Files, Refused
from models.seal import Seal

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SEAL = Seal("a secret of the tests")
LARGE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4096  # 1 MB, every byte there is


def opened(database: Database) -> str:
    with database.writing() as unit:
        return joining(unit).open("o小林", NewTicket("津贴没到账", "x"), now=NOW).number


def test_a_file_comes_back_as_it_was(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        ticket = joining(unit).theirs(["o小林"], number)
        name = Files(unit, SEAL).put(ticket, 1, "名单.png", LARGE, now=NOW).name
    with database.unit() as unit:
        found = Files(unit, SEAL).find(name)
        assert found is not None
        assert (found.title, found.size) == ("名单.png", len(LARGE))
        assert Files(unit, SEAL).body(found.id) == LARGE
        assert Files(unit, SEAL).find(name.swapcase()) is None


def test_looking_at_the_rest_reads_no_body(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        Files(unit, SEAL).put(joining(unit).theirs(["o小林"], number), 1, "a", LARGE, now=NOW)
    with database.unit() as unit:
        (found,) = Files(unit, SEAL).of(joining(unit).theirs(["o小林"], number))
        with pytest.raises(Exception, match="raiseload"):
            _ = found.body


def test_what_is_fetched_is_written_once(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        joining(unit).attach(joining(unit).theirs(["o小林"], number), "image", "media-1", account="service", now=NOW)
    with database.writing() as unit:
        (due,) = files.awaited(unit, NOW)
        assert (due.media_id, due.account) == ("media-1", "service")
        files.again(unit, due.id, "busy", NOW + timedelta(minutes=1))
        assert files.awaited(unit, NOW) == []
        files.fetched(unit, SEAL, due.id, LARGE, now=NOW)
        files.gone(unit, due.id, "too late")
    with database.unit() as unit:
        assert unit.session.query(Attachment).one().state == "kept"
        assert files.awaited(unit, NOW + timedelta(days=1)) == []


def test_a_file_belongs_to_one_event(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        ticket = joining(unit).theirs(["o小林"], number)
        held = Files(unit, SEAL)
        kept = held.put(ticket, 1, "a", LARGE, now=NOW)
        held.tie(ticket, [kept.id, kept.id], 7)
        with pytest.raises(Refused):
            held.tie(ticket, [kept.id], 8)
        held.untie(7)
        assert [each.id for each in held.tie(ticket, [kept.id], 8)] == [kept.id]


def test_all_of_a_reply_is_taken_back_or_it_is_told(database: Database) -> None:
    with database.writing() as unit:
        for key in ("ticket:1", "ticket:1:1", "ticket:10", "ticket:2", "ticket:2:1"):
            outbox.add(unit, "o小林", "reply", "x", dedup=key, now=NOW)
        (picture,) = outbox.by_dedup(unit, ["ticket:2:1"])
        outbox.take(unit, [picture.id], reason="", now=NOW)
    with database.writing() as unit:
        assert outbox.take_back(unit, "ticket:1", "撤回")
        assert not outbox.take_back(unit, "ticket:2", "撤回")
    with database.unit() as unit:
        states = {row.dedup: row.state for row in outbox.rows(unit)}
    assert [states[key] for key in ("ticket:1", "ticket:1:1", "ticket:10")] == ["dead", "dead", "due"]
