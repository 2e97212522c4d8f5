"""Users: who there is, what they do, and what stands in their chats."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import watch
from emulator.codes import LIFE
from emulator.control.answers import read_json, whole
from emulator.desk import Desk
from emulator.standing import standing
from emulator.wants import BadRequest, flag, text


def user_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("users", __name__, url_prefix="/emulator/api/users")
    world = desk.world

    @routes.get("")
    def everyone() -> Response:
        with world.changed:
            return jsonify(users=[person.as_json() for person in world.people.values()])

    @routes.post("")
    def add() -> ResponseReturnValue:
        body = read_json()
        name, openid = text(body, "name", most=20), text(body, "openid", "", most=64)
        phone = text(body, "phone", "", most=20)
        with world.changed:
            person = world.add_person(name, openid, flag(body, "following"))
            person.phone = phone or person.phone
        return jsonify(person.as_json()), 201

    @routes.post("/<who>/messages")
    def act(who: str) -> ResponseReturnValue:
        callback = desk.act(who, read_json())
        return jsonify(callback.brief()), 202

    @routes.get("/<who>/transcript")
    def transcript(who: str) -> Response:
        person = world.find_person(who)
        entries, complete = watch.wait_transcript(
            world,
            person.openid,
            after=whole("after", 0),
            count=whole("count", 0),
            quiet=request.args.get("quiet", "0") not in {"0", "", "false"},
            timeout=whole("timeout", 0, most=120),
        )
        return jsonify(entries=entries, complete=complete)

    @routes.get("/<who>/state")
    def state(who: str) -> Response:
        return jsonify(standing(world, world.find_person(who)))

    @routes.post("/<who>/block")
    def block(who: str) -> Response:
        """Whether they take the account's notices at all; nobody is told until one does not arrive."""
        on = flag(read_json(), "on", True)
        with world.changed:
            person = world.find_person(who)
            person.blocks = on
            world.touch()
        return jsonify(standing(world, person))

    @routes.post("/<who>/snapshot")
    def snapshot(who: str) -> Response:
        """Whether pages see only a stand-in for them, as WeChat does until 使用完整服务 is tapped."""
        on = flag(read_json(), "on", True)
        with world.changed:
            person = world.find_person(who)
            person.snapshot = on
            world.touch()
        return jsonify(standing(world, person))

    @routes.post("/<who>/code")
    def code(who: str) -> ResponseReturnValue:
        """What wx.login and the phone button give the mini-program's page."""
        kind = text(read_json(), "kind", "login")
        with world.changed:
            person = world.find_person(who)
            if kind not in {"login", "phone"}:
                raise BadRequest("kind 应为 login 或 phone。")
            given = world.mini.codes.give("phone" if kind == "phone" else "login", person.mini_openid)
            world.touch()
        return jsonify(kind=given.kind, code=given.value, expires_in=LIFE), 201

    return routes
