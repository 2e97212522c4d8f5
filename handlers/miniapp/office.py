"""When somebody is on duty, and the number of the talent hotline, as far as they are known."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from config.calendar import SHANGHAI, WEEKDAYS, Open
from config.office import Frame
from handlers import duty
from handlers.miniapp.gate import Gate
from handlers.miniapp.shapes import Shown, answers, says
from handlers.speaking import Speaker, Voice


class Hotline(Shown):
    name: str
    phone: str | None = Field(description="null: not published; `said` says so.")
    hours: str | None = Field(description="null: not published.")
    general: str = Field(description="The city's own line, for what is not ours.")
    said: str


class Hours(Shown):
    start: str = Field(description="HH:MM in Asia/Shanghai.")
    end: str


class Day(Shown):
    name: str
    hours: list[Hours] = Field(description="Empty: nobody is on duty.")


class Standing(Shown):
    open: bool | None = Field(description="null: a year whose holidays are not published yet.")
    until: datetime | None = Field(description="Open: until then.")
    next_opening: datetime | None = Field(description="Shut: open again then; null: not known.")
    holiday: str | None = Field(description="The holiday today belongs to, also on its 调休 workday.")
    said: str


class Office(Shown):
    district: str
    account: str
    site: str
    hotline: Hotline
    week: list[Day] = Field(description="From Monday on.")
    hours_confirmed: bool = Field(
        description="false: the district has not confirmed the hours yet, and what is said of them says so."
    )
    said: str = Field(description="The week in words.")
    now: Standing


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/office", answers(Office), tag="资料", summary="办公时间和热线", anybody=True)
    def get_office() -> Response:
        voice = Voice(kit, kit.now())
        office = kit.office()
        week = zip(WEEKDAYS, office.hours.week(), strict=True)
        return says(
            Office(
                district=office.district,
                account=office.account,
                site=office.site,
                hotline=_hotline(voice),
                week=[Day(name=f"周{name}", hours=[_hours(frame) for frame in frames]) for name, frames in week],
                hours_confirmed=office.hours_confirmed,
                said=duty.hours(voice),
                now=_standing(voice),
            )
        )


def _hotline(speaker: Speaker) -> Hotline:
    line = speaker.kit.office().hotline
    said = [duty.number(speaker)]
    if line.hours:
        said.append(speaker.phrase("hotline.hours", hours=line.hours))
    return Hotline(name=line.name, phone=line.phone, hours=line.hours, general=line.general, said="".join(said))


def _standing(speaker: Speaker) -> Standing:
    calendar = speaker.kit.calendar()
    found = calendar.is_open(speaker.now)
    name = calendar.day_name(duty.today(speaker)) or None
    if isinstance(found, Open):
        until = found.until.astimezone(SHANGHAI)
        return Standing(open=True, until=until, next_opening=None, holiday=name, said=duty.now(speaker))
    return Standing(
        open=None if found.why == "unknown_year" else False,
        until=None,
        next_opening=found.next_opening,
        holiday=name,
        said=duty.now(speaker),
    )


def _hours(frame: Frame) -> Hours:
    return Hours(start=_clock(frame.start), end=_clock(frame.end))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
