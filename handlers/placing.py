"""Stations, homes, centres: which are shown, and how far they are, in words."""

from __future__ import annotations

from handlers.speaking import Speaker
from knowledge.entry import Place

KINDS = ("station", "home", "centre", "apartment", "workstation", "market", "base")
FAR = 100_000  # metres from which nothing is near
_KILOMETRE = 1000


def shown(speaker: Speaker) -> list[Place]:
    """By kind; those made up for a demo only in one."""
    places = [place for place in speaker.kit.library.places if is_shown(speaker, place)]
    return sorted(places, key=lambda place: KINDS.index(place.kind))


def is_shown(speaker: Speaker, place: Place) -> bool:
    return speaker.kit.settings.demo or not place.demo


def distance(metres: float) -> str:
    if metres < _KILOMETRE:
        return f"{max(10, round(metres, -1)):.0f}米"
    return f"{metres / _KILOMETRE:.1f}公里"
