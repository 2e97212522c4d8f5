"""Addresses that are none of ours: a stranger is asked to log in there as anywhere, and so learns none."""

from __future__ import annotations

from flask import abort

from handlers.console.gate import CHANGING, INSIDE, Gate


def make(gate: Gate) -> None:
    @gate.page("/<path:rest>", INSIDE, methods=("GET", *sorted(CHANGING)))
    def nowhere(rest: str) -> None:
        abort(404)
