"""How the program does: jobs, what is owed and why it did not go, WeChat's channel, content, files, processes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bot import notices
from bot.kit import Kit
from bot.wechat.client import WeChat
from bot.wechat.errcode import meaning
from config.calendar import local, unknown_year
from config.live import Live
from config.notices import NAMES_SAID
from handlers.console.gate import Gate, actor
from handlers.jobs import JOBS, Job
from handlers.lateness import late
from models import job as jobs
from models import node, outbox, outbox_desk, sending
from models.account import EVERY
from models.db import Unavailable, Unit
from models.outbox_desk import Count
from models.sending import Made

STATES = {"due": "待发", "leased": "在发", "waiting": "等对方", "sent": "已发", "dropped": "不用发", "dead": "没发成"}
KINDS = {notices.REPLY: "机器人的回答", **NAMES_SAID}


_OUTCOMES = {
    sending.UNDER_WAY: "在路上",
    sending.OK: "微信收下了",
    sending.DELIVERED: "送到了",
    sending.UNSURE: "不知道到没到",
    sending.FORGIVEN: "人工重发过",
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
            dead = outbox_desk.failed(unit, limit=50)
            alive = node.alive(unit, now)
            made = [_made(each) for each in sending.made_since(unit, _midnight(now))]
        skew = _skew(kit)
        behind = {each.name for each in late(JOBS, known, now)}
        done = [_done(each, known.get(each.name), now, each.name in behind) for each in JOBS]
        shown: dict[str, Any] = {"jobs": done, "late": len(behind), "dead": dead, "kinds": KINDS, "states": STATES}
        shown |= {"sums": _sums(counts), "reasons": _reasons(counts), "accounts": list(_accounts(kit)), "nodes": alive}
        shown |= {"files": _files(kit), "library": kit.library, "year": unknown_year(kit.calendar(), now), "now": now}
        shown |= {"made": made, "skew": skew, "behind": _behind(known.values(), now)}
        return render_template("console/system.html", acts=_may(), settings=kit.settings, **shown)

    @gate.page("/system/outbox/<int:number>/<any(resend,drop):verb>", "system", methods=("POST",))
    def outbox_verb(number: int, verb: str) -> Response:
        if not _may():
            abort(403)
        with kit.db.writing() as unit:
            if outbox.find(unit, number) is None:
                abort(404)
            _do(unit, number, verb, kit.now())
            gate.audit(unit).add(actor().key, f"outbox.{verb}", f"outbox:{number}", now=kit.now())
        return redirect(f"{url_for('console.system')}#outbox", 303)


def _may() -> bool:
    """Auditors look on."""
    return actor().role in ("admin", "supervisor")


def _do(unit: Unit, number: int, verb: str, now: datetime) -> None:
    if verb == "resend":
        outbox_desk.resend(unit, [number], now)
    else:
        outbox_desk.drop(unit, number, "人工取消")


def _midnight(now: datetime) -> datetime:
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _made(each: Made) -> tuple[str, str, int]:
    """A way, what came of it, how often."""
    outcome = _OUTCOMES.get(each.outcome)
    if outcome is None and each.outcome.lstrip("-").isdigit():
        outcome = f"{each.outcome} {meaning(int(each.outcome)).said}"
    return sending.WAY_NAMES.get(each.way, "其他"), outcome or "没送到", each.calls


def _skew(kit: Kit) -> float | None:
    """Seconds by which this host's clock is ahead of the database's; None: that one has none of its own."""
    try:
        said = kit.db.time()
    except Unavailable:
        return None
    return None if said is None else (kit.now() - said).total_seconds()


def _behind(known: Iterable[jobs.Standing], now: datetime) -> int:
    """Seconds by which the job that waits longest is over its time."""
    waits = [now - each.next_at for each in known if not each.running(now)]
    return max(0, round(max(waits, default=timedelta()).total_seconds()))


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
    pause: int
    stops: list[dict[str, Any]]


def _accounts(kit: Kit) -> Iterator[Channel]:
    for name, account in (("公众号", kit.wechat), ("小程序", kit.miniapp)):
        if account is not None:
            yield Channel(name, account.appid, account.token_ends(), math.ceil(account.pause()), _stops(account))


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
