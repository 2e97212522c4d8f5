"""Customer-service messages: /cgi-bin/message/custom/send and typing.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
https://developers.weixin.qq.com/doc/service/api/customer/message/api_typing
"""

from __future__ import annotations

from flask import Blueprint, Response

from emulator.desk import Desk
from emulator.ledger import Ledger
from emulator.quota import OUTSIDE
from emulator.records import Person
from emulator.tencent.answers import admit, need_method, ok, read_json
from emulator.tencent.customer_rules import read_message
from emulator.tencent.people import need_follower, need_person
from emulator.tokens import Refused

TYPING = 15  # seconds it stands
NEAR = 30  # seconds since somebody wrote


def customer_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("customer", __name__, url_prefix="/cgi-bin/message/custom")
    world = desk.world

    @routes.route("/send", methods=["GET", "POST"])
    def send() -> Response:
        need_method("POST")
        ledger, body = admit(world), read_json()
        with world.changed:
            person = _reachable(desk, ledger, body.get("touser"))
            shown = read_message(body, desk, ledger)
            openid = str(body["touser"])
            _spend(ledger, openid)
            ledger.talk(openid).last, ledger.talk(openid).typing = world.clock(), 0.0
            world.add_entry(person.openid, "account", {**shown, "channel": ledger.account.kind}, None)
        return ok()

    @routes.route("/typing", methods=["GET", "POST"])
    @routes.route("/business/typing", methods=["GET", "POST"])
    def typing() -> Response:
        need_method("POST")
        ledger, body = admit(world), read_json()
        with world.changed:
            _reachable(desk, ledger, body.get("touser"))
            _type(ledger, str(body["touser"]), body.get("command"))
            world.touch()
        return ok()

    return routes


def _reachable(desk: Desk, ledger: Ledger, touser: object) -> Person:
    person = need_person(desk.world, ledger, touser)
    need_follower(ledger, person)
    return person


def _spend(ledger: Ledger, openid: str) -> None:
    code = ledger.quota(openid).send(ledger.clock())
    if code:
        text = (
            "response out of time limit or subscription is canceled"
            if code == OUTSIDE
            else "out of response count limit"
        )
        raise Refused(code, text)


def _type(ledger: Ledger, openid: str, command: object) -> None:
    talk, now = ledger.talk(openid), ledger.clock()
    if command == "CancelTyping":
        talk.typing = 0.0
        return
    if command != "Typing":
        raise Refused(45072, "command字段取值不对")
    if now - talk.last > NEAR or not ledger.quota(openid).open(now):
        raise Refused(45080, "下发输入状态，需要之前30秒内跟用户有过消息交互")
    if now < talk.typing:
        raise Refused(45081, "已经在输入状态，不可重复下发")
    talk.typing = now + TYPING
