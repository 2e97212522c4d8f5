"""How the program does: jobs, what is owed and why it did not go, WeChat's channel, content, files, processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bot.kit import Kit
from bot.wechat.client import WeChat
from bot.wechat.errcode import meaning
from config.calendar import unknown_year
from config.live import Live
from handlers.console.gate import Gate, actor
from handlers.jobs import JOBS, Job
from handlers.lateness import late
from models import job as jobs
from models import node, outbox, outbox_desk
from models.account import EVERY
from models.audit import Audit
from models.db import Unit
from models.outbox_desk import Count

STATES = {"due": "待发", "leased": "在发", "waiting": "等对方", "sent": "已发", "dead": "没发成"}
KINDS = {
    "reply": "机器人的回答",
    "ticket_answer": "工单答复",
    "ticket_news": "工单进展",
    "ticket_rating": "请评价",
    "reminder": "活动提醒",
    "event_changed": "活动变动",
    "event_cancelled": "活动取消",
    "promoted": "候补转正",
    "broadcast": "群发",
}


class Done(NamedTuple):
    """How a job stands, as the page shows it."""

    name: str
    what: str
    standing: jobs.Standing | None
    running: bool
    late: bool


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/system", "system")
    def system() -> object:
        now = kit.now()
        with kit.db.unit() as unit:
            known = jobs.standings(unit)
            counts = outbox_desk.counts(unit)
            dead = outbox.rows(unit, state="dead", limit=50)
            alive = node.alive(unit, now)
        behind = {each.name for each in late(JOBS, known, now)}
        done = [_done(each, known.get(each.name), now, each.name in behind) for each in JOBS]
        shown: dict[str, Any] = {"jobs": done, "late": len(behind), "dead": dead, "kinds": KINDS, "states": STATES}
        shown |= {"sums": _sums(counts), "reasons": _reasons(counts), "accounts": list(_accounts(kit)), "nodes": alive}
        shown |= {"files": _files(kit), "library": kit.library, "year": unknown_year(kit.calendar(), now), "now": now}
        return render_template("console/system.html", acts=_may(), settings=kit.settings, **shown)

    @gate.page("/system/outbox/<int:number>/<any(resend,drop):verb>", "system", methods=("POST",))
    def outbox_verb(number: int, verb: str) -> Response:
        if not _may():
            abort(403)
        with kit.db.writing() as unit:
            if outbox.find(unit, number) is None:
                abort(404)
            _do(unit, number, verb, kit.now())
            noted = Audit(unit, gate.seal.audit_key)
            noted.add(actor().key, f"outbox.{verb}", f"outbox:{number}", now=kit.now())
        return redirect(f"{url_for('console.system')}#outbox", 303)


def _may() -> bool:
    """Auditors look on."""
    return actor().role in ("admin", "supervisor")


def _do(unit: Unit, number: int, verb: str, now: datetime) -> None:
    if verb == "resend":
        outbox_desk.resend(unit, [number], now)
    else:
        outbox_desk.drop(unit, number, "人工取消")


def _done(job: Job, standing: jobs.Standing | None, now: datetime, behind: bool) -> Done:
    return Done(job.name, job.what, standing, standing is not None and standing.running(now), behind)


def _sums(counts: list[Count]) -> dict[str, int]:
    found = Counter[str]()
    for each in counts:
        found[each.state] += each.rows
    return {state: found[state] for state in STATES}


def _reasons(counts: list[Count]) -> list[tuple[str, str, int]]:
    """The ten most frequent of what did not go out."""
    found = Counter[tuple[str, str]]()
    for each in counts:
        if each.reason and each.state in ("due", "waiting", "dead"):
            found[STATES[each.state], each.reason] += each.rows
    return [(state, reason, rows) for (state, reason), rows in found.most_common(10)]


class Channel(NamedTuple):
    name: str
    appid: str
    token_ends: datetime | None
    stops: list[dict[str, Any]]


def _accounts(kit: Kit) -> Iterator[Channel]:
    for name, account in (("公众号", kit.wechat), ("小程序", kit.miniapp)):
        if account is not None:
            yield Channel(name, account.appid, account.token_ends(), _stops(account))


def _stops(account: WeChat) -> list[dict[str, Any]]:
    found = []
    for stop in account.stops():
        means = meaning(stop.code)
        what = "全部接口" if stop.api == EVERY else stop.api
        found.append({"what": what, "code": stop.code, "said": means.said, "cure": means.cure, "until": stop.until})
    return found


def _files(kit: Kit) -> list[tuple[str, str]]:
    """Each file that is read while we run, and its fault."""
    live: dict[str, Live[Any]] = {"办公时间和单位": kit.office, "通知模板": kit.notices, "工单规则": kit.rules}
    return [(name, str(each.fault) if each.fault else "") for name, each in live.items()]
