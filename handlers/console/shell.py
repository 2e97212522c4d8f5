"""What every page of the console has around it: the rail by rights, the token of the session, the static files."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import Response, g, make_response, redirect, render_template, request
from flask.sansio.app import App
from werkzeug.wrappers import Response as AnyResponse

from bot.kit import Kit
from config.calendar import unknown_year
from config.office import Unit
from handlers.console import filters
from models.access import ROLE_NAMES, Actor, rights
from models.staff import Staff
from models.ticket import HOTLINE, UNKNOWN

STATIC = Path(__file__).parent / "static"
# How the desk behaves, and what it does until somebody says otherwise; static/desk.js reads them off <body>.
SETTINGS = {"sound": False, "notifications": False, "keys": True}


class Place(NamedTuple):
    """One line of the rail. `to`: its address; `right`: who sees it."""

    right: str
    to: str
    icon: str
    name: str


RAIL = (
    Place("tickets", "/console/", "inbox", "工单"),
    Place("people", "/console/people", "people", "人才"),
    Place("knowledge", "/console/knowledge", "book", "知识"),
    Place("canned", "/console/canned", "chat", "常用语"),
    Place("canned", "/console/drafts", "draft", "待入库"),
    Place("reports", "/console/reports", "chart", "报表"),
    Place("calendar", "/console/calendar", "calendar", "日历"),
    Place("staff", "/console/staff", "badge", "员工"),
    Place("staff", "/console/units", "building", "单位"),
    Place("audit", "/console/audit", "shield", "审计"),
    Place("system", "/console/system", "gear", "系统"),
)


def furnish(app: App, kit: Kit) -> None:
    """Give the templates their filters and what they may call."""
    app.jinja_env.filters.update(filters.made(kit.now))
    app.jinja_env.globals.update(
        csrf_token=csrf_token,
        me=me,
        my_settings=my_settings,
        rail=rail,
        asset=asset,
        unit_name=lambda name: unit_name(kit, name),
        role_name=lambda role: ROLE_NAMES.get(role, role),
        demo=kit.settings.demo,
        missing_year=lambda: missing_year(kit),
    )


def missing_year(kit: Kit) -> int | None:
    """The year whose holidays somebody ought to ask for, told to those who can see to it."""
    actor = me()
    if actor is None or actor.role not in ("lead", "supervisor"):
        return None
    return unknown_year(kit.calendar(), kit.now())


def fragment() -> bool:
    """Whether htmx wants a piece of the page; going back in the browser's history wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def shown(whole: str, piece: str, **values: Any) -> Response:
    """The template `piece` for htmx, the page `whole` for everybody else."""
    answer = make_response(render_template(piece if fragment() else whole, **values))
    answer.vary.add("HX-Request")
    return answer


def toast(answer: Response, words: str, *, bad: bool = False) -> Response:
    """Let the page say it in its corner."""
    answer.headers["HX-Trigger"] = json.dumps({"toast": {"words": words, "bad": bad}})
    return answer


def to(address: str) -> AnyResponse:
    """Go there now: htmx cannot follow a redirect with the whole page."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def me() -> Actor | None:
    inside = g.get("inside")
    return None if inside is None else inside.staff.actor


def settings_of(staff: Staff) -> dict[str, bool]:
    kept = json.loads(staff.settings) if staff.settings else {}
    return {name: bool(kept.get(name, usual)) for name, usual in SETTINGS.items()}


def my_settings() -> dict[str, bool]:
    return settings_of(g.inside.staff)


def csrf_token() -> str:
    inside = g.get("inside")
    return "" if inside is None else str(inside.csrf)


def rail() -> list[tuple[Place, bool]]:
    """The places this actor may go, and whether each is where they are."""
    actor = me()
    if actor is None:
        return []
    mine, path = rights(actor), request.path
    places = [place for place in RAIL if place.right in mine]
    here = max((each.to for each in places if _within(path, each.to)), key=len, default="")
    return [(place, place.to == here) for place in places]


def home(actor: Actor) -> str:
    """Where somebody begins who has no inbox."""
    mine = rights(actor)
    return next((place.to for place in RAIL if place.right in mine), "/console/me")


def _within(path: str, to: str) -> bool:
    if to == "/console/":
        return path == to or path.startswith(("/console/tickets", "/console/search", "/console/views"))
    return path == to or path.startswith(f"{to}/")


def answering(kit: Kit) -> dict[str, Unit]:
    """The units a ticket may go to."""
    return {name: unit for name, unit in kit.office().units.items() if name not in (UNKNOWN, HOTLINE)}


def unit_name(kit: Kit, name: str) -> str:
    """A unit as people know it."""
    if name == HOTLINE:
        return "热线"
    unit = kit.office().units.get(name)
    return unit.name if unit else name


def asset(name: str) -> str:
    """The address of a static file; it changes with the file."""
    return f"/console/static/{name}?v={_stamp(name)}"


@cache
def _stamp(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
