"""A ticket between the desk and the emulator's phone: a picture goes out with an answer, another comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.deadline import Deadline
from bot.deliveries import deliveries
from bot.fetching import fetch
from bot.kit import Kit
from bot.message import Message
from bot.pipeline import Pipeline
from bot.wechat.client import miniapp, service
from emulator.desk import Desk
from emulator.records import Person
from handlers.chat.routes import router
from models.attachment import Attachment
from models.desk_answer import Said
from models.files import Files
from models.seal import Seal
from staffing import AGENT, serving
from talk import Clock

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\1" * 40
Say = Callable[..., None]


@pytest.fixture
def clock() -> Clock:
    """The emulator keeps real time."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def live(kit: Kit, desk: Desk, clock: Clock) -> Kit:
    """The bot with the emulator's accounts."""
    world = desk.world
    settings = replace(
        kit.settings,
        wechat_api_base=desk.base_url,
        wechat_appid=world.account.appid,
        wechat_secret=world.account.secret,
        miniapp_appid=world.mini.account.appid,
        miniapp_secret=world.mini.account.secret,
        delivery_threads=1,
    )
    return replace(
        kit, settings=settings, wechat=service(settings, kit.db, clock), miniapp=miniapp(settings, kit.db, clock)
    )


@pytest.fixture
def say(live: Kit, person: Person, clock: Clock) -> Iterator[Say]:
    pipeline = Pipeline(live, router())

    def said(text: str = "", **more: str) -> None:
        kind = "image" if more.get("media_id") else "text"
        key = f"both-{len(keys)}"
        keys.append(key)
        at = int(clock.at.timestamp())
        message = Message(key, person.openid, "gh_test", kind, at, text=text, **more)  # type: ignore[arg-type]
        pipeline.handle(message, Deadline())

    keys: list[str] = []
    yield said
    pipeline.close()


def shown(desk: Desk, person: Person) -> list[str]:
    """What the phone shows of the account, by kind."""
    with desk.world.changed:
        mine = [entry for entry in desk.world.entries.values() if entry.openid == person.openid]
        return [entry.shown["kind"] for entry in mine if entry.side == "account"]


def _deliver(kit: Kit) -> str:
    from bot.delivery import Delivery

    return Delivery(kit, "test").run(30)


def test_an_answer_with_a_picture_arrives(live: Kit, desk: Desk, person: Person, say: Say, clock: Clock) -> None:
    for text in ("人工", "想问落户", "无", "不留"):
        say(text)
    with live.db.unit() as unit:
        number = live.desk(unit).listed([person.openid])[0].number
    with serving(live, number) as (verbs, ticket):
        kept = Files(verbs._unit, Seal(live.settings.secret_key)).put(ticket, 1, "流程图.png", PNG, now=clock.at)
        event = verbs.answer(ticket, AGENT, Said("照图上的办。", attachments=[kept.id]), now=clock.at).id
    clock.wait("11秒")
    _deliver(live)
    assert shown(desk, person) == ["text", "image"]
    with live.db.unit() as unit:
        became = deliveries(unit, [event], clock.at)[event]
    assert (became.state, became.way) == ("sent", "客服消息")


def test_a_talents_picture_is_fetched(live: Kit, desk: Desk, person: Person, say: Say) -> None:
    for text in ("人工", "想问落户"):
        say(text)
    taken = desk.world.shelf.add(JPEG, desk.world.account.appid)
    say(media_id=taken.id)
    for text in ("无", "不留"):
        say(text)
    assert fetch(live) == "取回 1"
    with live.db.unit() as unit:
        file = unit.session.query(Attachment).one()
        assert (file.state, file.mime) == ("kept", "image/jpeg")
        assert Files(unit, Seal(live.settings.secret_key)).body(file.id) == JPEG


def test_what_wechat_has_forgotten_is_lost(live: Kit, desk: Desk, person: Person, say: Say) -> None:
    for text in ("人工", "想问落户"):
        say(text)
    say(media_id="a media id of last week")
    for text in ("无", "不留"):
        say(text)
    assert fetch(live) == "没取到 1"
