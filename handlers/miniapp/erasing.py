"""The right to be forgotten (PIPL 47)."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from bot import erasing
from handlers import cookie
from handlers.miniapp.gate import Gate
from handlers.miniapp.shapes import Given, Posted, Shown, answers, says

_TAG = "隐私"


class OpenTicket(Shown):
    number: str
    subject: str


class Outlook(Shown):
    tickets: list[OpenTicket] = Field(description="Open; they would be withdrawn.")
    events: list[str] = Field(description="Seats that would be given back.")
    gone: list[str] = Field(description="What is deleted, in words.")
    stays: list[str] = Field(description="What we keep all the same, in sentences.")


class Confirmed(Given):
    confirm: Literal["注销"]


class Erased(Shown):
    tickets: list[str] = Field(description="Numbers of those withdrawn.")
    events: list[str]
    stays: list[str]


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/me/erase", answers(Outlook), tag=_TAG, summary="注销以前：会结束什么，留下什么")
    def before_erasing() -> Response:
        with kit.db.unit() as unit:
            found = erasing.standing(kit, unit, gate.talent(), kit.now())
            tickets = [OpenTicket(number=each.number, subject=each.subject) for each in found.tickets]
            events = [each.title for each in found.events]
        told = kit.privacy().erased
        return says(Outlook(tickets=tickets, events=events, gone=list(told.gone), stays=list(told.stays)))

    @gate.route("POST", "/me/erase", answers(Erased, more=(409,)), tag=_TAG, summary="注销")
    def erase_me(header: Posted, body: Confirmed) -> Response:
        """Open tickets are withdrawn, coming seats given back, and the login ends; who comes again is somebody new.

        Sent again it is 401: nothing is kept of who they were, not even what they were answered.
        """
        talent, told = gate.talent(), kit.privacy().erased
        with gate.posting(header, body) as post:
            found = erasing.erase(kit, post.unit, talent, kit.now())
            answer = post.says(Erased(tickets=found.tickets, events=found.events, stays=list(told.stays)))
        cookie.take_off(answer, kit.settings)
        return answer
