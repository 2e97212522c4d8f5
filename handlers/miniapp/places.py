"""Where there is something: by kind, or the nearest first."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlencode

from flask import Response
from pydantic import Field

from handlers import placing
from handlers.miniapp import cited, paging
from handlers.miniapp.cited import Source
from handlers.miniapp.gate import Gate
from handlers.miniapp.items import Status
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import From, Page, Shown, answers, says
from handlers.speaking import Speaker, Voice
from knowledge import entry as known

_MAP = "https://apis.map.qq.com/uri/v1/marker"  # Tencent's; it takes GCJ-02, as we have it, unless told otherwise
_REFERER = "huicai"
_PARTS = re.compile("[;:]")  # of a marker
Kind = Literal["station", "home", "centre", "apartment", "workstation", "market", "base"]


class Wanted(From):
    kind: Kind | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    """Degrees, GCJ-02; both or none."""
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None


class Place(Shown):
    id: str
    kind: Kind
    kind_said: str
    name: str
    status: Status
    status_said: str
    status_note: str
    address: str | None
    hours: str | None
    phone: str | None
    latitude: float | None = Field(description="Degrees, GCJ-02.")
    longitude: float | None
    distance: int | None = Field(description="Metres; null: no position was given, or the place's is not known.")
    distance_said: str | None
    map: str | None = Field(description="A map's page with the place on it.")
    unknown: list[str] = Field(description="What the source does not say of it.")
    said: str | None = Field(description="The same in a sentence.")
    demo: bool = Field(description="Made up, and shown as such.")
    source: Source


class Places(Page[Place]):
    said: str | None = Field(description="A position was given, and no place's is known.")


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/places", answers(Places), tag="资料", summary="地点：按类别，由近到远", anybody=True)
    def get_places(query: Wanted) -> Response:
        voice, metres = Voice(kit, kit.now()), _metres(gate, query)
        of = [each for each in placing.shown(voice) if query.kind in (None, each.kind)]
        of.sort(key=lambda each: metres.get(each.id, float("inf")))  # those without a position behind, by kind
        some, after = paging.cut(of, query, lambda each: each.id)
        unreached = query.lat is not None and not any(each.id in metres for each in of)
        said = voice.phrase("page.positions_unknown") if unreached else None
        items = [_place(voice, each, metres.get(each.id)) for each in some]
        return says(Places(items=items, next=after, said=said))


def _metres(gate: Gate, query: Wanted) -> dict[str, float]:
    if (query.lat is None) != (query.lng is None):
        raise Refused(422, "invalid", "经度和纬度要一起给", "lng" if query.lng is None else "lat")
    if query.lat is None or query.lng is None:
        return {}
    return {place.id: metres for place, metres in gate.kit.library.nearest(query.lat, query.lng)}


def _place(speaker: Speaker, place: known.Place, metres: float | None) -> Place:
    address, hours, phone = (cited.known(each) for each in (place.address, place.hours, place.phone))
    has = {"地址": address, "开放时间": hours, "电话": phone, "位置": place.latitude}
    unknown = [name for name, value in has.items() if value is None]
    return Place(
        id=place.id,
        kind=place.kind,
        kind_said=speaker.phrase(f"place.kind_{place.kind}"),
        name=place.name,
        status=place.status,
        status_said=speaker.phrase(f"status.{place.status}"),
        status_note=place.status_note,
        address=address,
        hours=hours,
        phone=phone,
        latitude=place.latitude,
        longitude=place.longitude,
        distance=None if metres is None else round(metres),
        distance_said=None if metres is None else placing.distance(metres),
        map=_map(place, address),
        unknown=unknown,
        said=speaker.phrase("page.not_said", what="、".join(unknown)) if unknown else None,
        demo=place.demo,
        source=cited.source(speaker, place.source),
    )


def _map(place: known.Place, address: str | None) -> str | None:
    if place.latitude is None or place.longitude is None:
        return None
    name, at = (_PARTS.sub(" ", each) for each in (place.name, address or place.name))
    marker = f"coord:{place.latitude},{place.longitude};title:{name};addr:{at}"
    return f"{_MAP}?{urlencode({'marker': marker, 'referer': _REFERER})}"
