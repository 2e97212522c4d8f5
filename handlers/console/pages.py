"""All pages of the console in one place: each module makes its routes at the gate."""

from __future__ import annotations

from flask import Blueprint

from bot.kit import Kit
from handlers.console.gate import Gate

_MODULES: tuple[object, ...] = ()


def make(kit: Kit) -> Blueprint:
    gate = Gate(kit)
    return gate.door
