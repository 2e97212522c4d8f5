"""Users: who there is, what they do, and what stands in their chats."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import watch
from emulator.control.answers import read_json, whole
from emulator.desk import Desk
from emulator.wants import flag, text


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
        person = world.add_person(name, openid, flag(body, "following"))
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

    return routes
