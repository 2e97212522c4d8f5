"""The audit as auditors read it, and whether its chain holds."""

from __future__ import annotations

import logging
import re
from datetime import date
from urllib.parse import urlencode

from flask import render_template, request

from handlers.console import actions
from handlers.console.gate import Gate, actor
from handlers.console.shell import shown
from models import audit_trail
from models.audit import Audit
from models.audit_trail import Wanted
from models.roster import Roster
from models.typed import integer

ROWS = 50
MOST = 200_000  # rows that are verified while somebody waits; `flask audit verify` has no such limit
_NUMBER = re.compile(r"[Tt]\d")  # how the number of a ticket begins
_log = logging.getLogger("huicai.console")


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/audit", "audit")
    def audit() -> object:
        wanted, before = _wanted(), integer(request.args.get("before", "")) or 0
        with kit.db.unit() as unit:
            found = audit_trail.rows(unit, wanted, before=before, limit=ROWS + 1)
            names, size = Roster(unit, gate.seal).names(), audit_trail.size(unit)
        more = _address(wanted, before=str(found[ROWS - 1].seq)) if len(found) > ROWS else ""
        known = {"rows": found[:ROWS], "names": names, "wanted": wanted, "size": size, "more": more}
        return shown("console/audit.html", "console/audit_rows.html", actions=actions, **known)

    @gate.page("/audit/verify", "audit", methods=("POST",))
    def verify_audit() -> object:
        with kit.db.unit() as unit:
            size = audit_trail.size(unit)
            fault = Audit(unit, gate.seal.audit_key).broken() if size <= MOST else None
        if fault is not None:
            with kit.db.writing() as unit:
                gate.audit(unit).add(actor().key, "audit.verify", "audit", now=kit.now(), rows=size, fault=fault)
        if fault:
            _log.error("the audit is broken: %s", fault)
        return render_template("console/audit_verified.html", fault=fault, size=size, at=kit.now())


def _wanted() -> Wanted:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = None
    actor_, action, what = (request.args.get(name, "").strip()[:64] for name in ("actor", "action", "object"))
    return Wanted(actor_, action, f"ticket:{what.upper()}" if _NUMBER.match(what) else what, day)


def _address(wanted: Wanted, **more: str) -> str:
    given = {name: str(value) for name, value in wanted._asdict().items() if value}
    return f"/console/audit?{urlencode(given | more)}"
