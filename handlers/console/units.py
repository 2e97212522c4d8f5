"""成员单位 and where tickets go: what office.yaml and desk.yaml say, and who works at each."""

from __future__ import annotations

from flask import render_template

from handlers.console.gate import Gate
from models.access import AT_THE_DESK
from models.roster import Roster
from models.ticket import HOTLINE, KIND_NAMES


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/units", "staff")
    def units() -> object:
        """To be read only: the files are edited where they lie."""
        with kit.db.unit() as unit:
            there = [each for each in Roster(unit, gate.seal).everybody() if not each.disabled]
        people = {
            id_: [each for each in there if each.unit == id_ and each.role in AT_THE_DESK]
            for id_ in (HOTLINE, *kit.office().units)
        }
        rules, office = kit.rules(), kit.office()
        lost = sorted({each.unit for each in there} - people.keys())
        known = {"units": office.units, "people": people, "routes": rules.routes, "lost": lost, "kinds": KIND_NAMES}
        known |= {"topics": kit.library.words.topics}
        files = {"office_file": kit.settings.office_file.name, "desk_file": kit.settings.desk_file.name}
        return render_template("console/units.html", **known, **files)
