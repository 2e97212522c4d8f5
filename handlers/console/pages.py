"""All pages of the console in one place: each module makes its routes at the gate."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from bot.kit import Kit
from handlers.console import (
    attachments,
    audit,
    bulk,
    calendar,
    canned,
    inbox,
    intake,
    knowledge,
    login,
    me,
    mentions,
    nowhere,
    people,
    poll,
    renewal,
    reports,
    searching,
    shell,
    staff,
    system,
    ticket,
    units,
)
from handlers.console.gate import Gate


def _single_sign_on(gate: Gate) -> None:
    """Without OIDC_ISSUER these addresses are not there."""
    if gate.kit.settings.oidc_issuer:
        from handlers.console import oidc  # to check a provider's proof takes as long to load as Flask

        oidc.make(gate)


_PAGES: tuple[Callable[[Gate], None], ...] = (
    login.make,
    me.make,
    renewal.make,
    inbox.make,
    intake.make,
    bulk.make,
    poll.make,
    searching.make,
    staff.make,
    units.make,
    audit.make,
    calendar.make,
    system.make,
    reports.make,
    people.make,
    knowledge.make,
    ticket.make,
    attachments.make,
    canned.make,
    mentions.make,
    _single_sign_on,
    nowhere.make,
)


def make(kit: Kit) -> Blueprint:
    gate = Gate(kit)
    gate.door.record_once(lambda state: shell.furnish(state.app, kit))
    for page in _PAGES:
        page(gate)
    return gate.door
