"""Tencent's side under control: the calls that came, what goes wrong, the clock, templates, quotas."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import standing
from emulator.control.answers import read_json, whole
from emulator.desk import Desk
from emulator.faults import KINDS
from emulator.templates import read_template
from emulator.wants import BadRequest, number, text
from emulator.world import Unknown


def tencent_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("tencent", __name__, url_prefix="/emulator/api")
    world = desk.world

    @routes.get("/calls")
    def calls() -> Response:
        after, limit = whole("after", 0), whole("limit", 100)
        with world.changed:
            fitting = [call for call in world.calls.all() if call.id > after]
            return jsonify(calls=[call.as_json() for call in fitting[-limit:] if limit])

    @routes.get("/calls/<int:call_id>")
    def call(call_id: int) -> Response:
        with world.changed:
            found = world.calls.find(call_id)
            if found is None:
                raise Unknown(f"没有调用 {call_id}。")
            return jsonify(found.as_json())

    @routes.route("/clock", methods=["GET", "POST"])
    def clock() -> Response:
        if request.method == "POST":
            world.jump(int(number(read_json(), "jump", low=1, high=366 * 86_400)))
        return jsonify(now=world.clock(), ahead=world.clock.ahead)

    @routes.route("/templates", methods=["GET", "POST"])
    def templates() -> ResponseReturnValue:
        if request.method == "POST":
            template = read_template(read_json())
            with world.changed:
                world.templates[template.id] = template
                world.touch()
            return jsonify(template.as_json()), 201
        with world.changed:
            return jsonify(templates=[each.as_json() for each in world.templates.values()])

    return routes


def fault_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("faults", __name__, url_prefix="/emulator/api")
    world = desk.world

    @routes.route("/faults", methods=["GET", "POST", "DELETE"])
    def faults() -> ResponseReturnValue:
        with world.changed:
            if request.method == "POST":
                fault = world.faults.add(read_json())
                world.touch()
                return jsonify(fault.as_json()), 201
            if request.method == "DELETE":
                world.faults.end_all()
                world.touch()
            return jsonify(faults=[each.as_json() for each in world.faults.all()], kinds=list(KINDS.items()))

    @routes.delete("/faults/<int:fault_id>")
    def end(fault_id: int) -> Response:
        with world.changed:
            if not world.faults.end(fault_id):
                raise Unknown(f"没有故障开关 {fault_id}。")
            world.touch()
            return jsonify(ok=True)

    @routes.route("/limits", methods=["GET", "POST"])
    def limits() -> Response:
        with world.changed:
            if request.method == "POST":
                body = read_json()
                daily = world.ledger(mini=text(body, "account", "service") == "mini").daily
                path = text(body, "path")
                if path not in daily.limits:
                    raise BadRequest(f"{path} 没有每日额度；有额度的：{', '.join(daily.limits)}。")
                daily.limits[path] = int(number(body, "limit", low=0, high=10**9))
                world.touch()
            return jsonify(limits=standing.limits(world))

    return routes
