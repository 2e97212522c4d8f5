"""The wall against the emulator: two readings of WeChat's pages, written apart, must understand each other."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.reply import Article, Card, Choices, Picture, Reply, Text
from bot.wechat.client import WeChat, miniapp, service
from bot.wechat.errors import SendError
from config.settings import Settings
from emulator.desk import Desk
from emulator.records import Person
from emulator.world import World
from models.db import Database

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
FIELDS = {"thing1": "人才日活动（演示）", "time2": "2026-04-24T09:30:00+08:00", "thing3": "请带身份证件"}
Make = Callable[[], tuple[WeChat, WeChat]]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def make(desk: Desk, db: Database) -> Make:
    """Both accounts, as a process of its own has them."""
    world = desk.world
    settings = Settings(
        wechat_api_base=desk.base_url,
        wechat_appid=world.account.appid,
        wechat_secret=world.account.secret,
        miniapp_appid=world.mini.account.appid,
        miniapp_secret=world.mini.account.secret,
        miniapp_state="trial",
        secret_key="of this test alone " * 3,
    )

    def made() -> tuple[WeChat, WeChat]:
        mini = miniapp(settings, db, now)
        assert mini is not None
        return service(settings, db, now), mini

    return made


@pytest.fixture
def wechat(make: Make) -> WeChat:
    return make()[0]


@pytest.fixture
def mini(make: Make) -> WeChat:
    return make()[1]


def said(world: World, person: Person) -> list[str]:
    with world.changed:
        mine = [entry for entry in world.entries.values() if entry.openid == person.openid]
        return [entry.shown["kind"] for entry in mine if entry.side == "account"]


def kind_of(call: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(SendError) as caught:
        call()
    return caught.value.kind, caught.value.code


def test_every_kind_of_customer_service_message_arrives(wechat: WeChat, person: Person, world: World) -> None:
    picture = wechat.upload("image", "a.png", PNG)
    assert wechat.download(picture).data == PNG
    replies: list[Reply] = [
        Text("字" * 682),
        Article("题", "", "https://example.org"),
        Picture(picture),
        Choices("选一个", (("1", "甲"), ("2", "乙")), "谢谢"),
        Card("报名", "pages/event?id=1", picture),
    ]
    for reply in replies:
        wechat.send(person.openid, reply)
    assert said(world, person) == ["text", "news", "image", "menu", "card"]


def test_the_windows_are_told_apart(wechat: WeChat, person: Person, desk: Desk) -> None:
    wechat.typing(person.openid)
    for _ in range(8):
        wechat.send(person.openid, Text("好"))
    assert kind_of(lambda: wechat.send(person.openid, Text("好"))) == ("window", 45047)
    desk.world.jump(48 * 3600)
    assert kind_of(lambda: wechat.send(person.openid, Text("好"))) == ("window", 45015)
    desk.act("小林", {"type": "unfollow"})
    assert kind_of(lambda: wechat.send(person.openid, Text("好"))) == ("gone", 43004)
    assert kind_of(lambda: wechat.send("oNobody", Text("好"))) == ("gone", 40003)


def test_a_template_message_goes_out_once(wechat: WeChat, person: Person, world: World) -> None:
    def send() -> str:
        return wechat.send_template(person.openid, "emu-template-notice", FIELDS, client_msg_id="row-1", page="pages/a")

    assert send() == send() != ""
    assert said(world, person) == ["notice"]


def test_consents_are_used_up(wechat: WeChat, mini: WeChat, person: Person, desk: Desk) -> None:
    desk.act("小林", {"type": "popup", "accept": ["emu-subscribe-notice"]})
    desk.act("小林", {"type": "popup", "accept": ["emu-mini-notice"]})
    wechat.send_subscription(person.openid, "emu-subscribe-notice", FIELDS, url="https://example.org")
    mini.send_subscription(person.mini_openid, "emu-mini-notice", FIELDS, page="pages/a")
    for account, openid, template in (
        (wechat, person.openid, "emu-subscribe-notice"),
        (mini, person.mini_openid, "emu-mini-notice"),
    ):
        refused = kind_of(lambda: account.send_subscription(openid, template, FIELDS))  # noqa: B023
        assert refused == ("consent", 43101)
    assert kind_of(lambda: wechat.send_subscription(person.openid, "none", FIELDS)) == ("config", 40037)


def test_codes_logins_and_checks(wechat: WeChat, mini: WeChat, person: Person, desk: Desk) -> None:
    made = wechat.qr("hall-1", 600)
    with urllib.request.urlopen(made.image) as answer:  # noqa: S310 - our own address
        assert answer.read().startswith(b"\x89PNG")
    assert kind_of(lambda: mini.check_text(person.mini_openid, "你好", 2))[1] == 61010
    codes = desk.world.mini.codes
    login = mini.login(codes.give("login", person.mini_openid).value)
    assert (login.openid, login.unionid) == (person.mini_openid, person.unionid)
    assert mini.phone(codes.give("phone", person.mini_openid).value, person.mini_openid).number == person.phone
    assert mini.check_text(person.mini_openid, "你好", 2).suggest == "pass"
    assert mini.check_text(person.mini_openid, "字" * 3000 + "演示违规", 2).suggest == "risky"


def test_the_menu(wechat: WeChat) -> None:
    menu = {"button": [{"type": "click", "name": "人才卡", "key": "card"}]}
    wechat.create_menu(menu)
    assert wechat.menu()["menu"]["button"][0]["key"] == "card"
    wechat.delete_menu()
    with pytest.raises(SendError):
        wechat.menu()
    assert wechat.callback_ips() == ["127.0.0.1", "::1"]


def test_a_token_that_ended_is_fetched_again(wechat: WeChat, person: Person, desk: Desk) -> None:
    wechat.send(person.openid, Text("一"))
    desk.world.jump(7200)
    wechat.send(person.openid, Text("二"))
    desk.world.faults.add({"what": "40001", "count": 1})
    wechat.send(person.openid, Text("三"))


@pytest.mark.parametrize(
    ("fault", "kind", "unsure"),
    [
        ({"what": "-1"}, "later", False),
        ({"what": "45009"}, "quota", False),
        ({"what": "502"}, "later", True),
        ({"what": "html"}, "later", True),
        ({"what": "drop"}, "later", True),
        ({"what": "down"}, "later", True),
        ({"what": "40001"}, "config", False),
    ],
)
def test_faults_have_their_names(
    wechat: WeChat, person: Person, desk: Desk, fault: dict, kind: str, unsure: bool
) -> None:
    wechat.callback_ips()
    desk.world.faults.add({**fault, "api": "/cgi-bin/message/custom/send"})
    with pytest.raises(SendError) as caught:
        wechat.send(person.openid, Text("好"))
    assert (caught.value.kind, caught.value.unsure) == (kind, unsure)


@pytest.mark.parametrize("what", ["40125", "40164"])
def test_without_a_token_nothing_goes(wechat: WeChat, person: Person, desk: Desk, what: str) -> None:
    desk.world.faults.add({"what": what})
    assert kind_of(lambda: wechat.send(person.openid, Text("好"))) == ("config", int(what))
