"""Presets for the location sheet: spots in 汇川区, for demonstrations. Coordinates are approximate."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    label: str
    lat: float
    lng: float


PLACES = (
    Place("汇川区人民政府（演示）", 27.7502, 106.9343),
    Place("上海路街道（演示）", 27.7241, 106.9263),
    Place("洗马路街道（演示）", 27.7139, 106.9218),
    Place("高坪街道（演示）", 27.7779, 106.9797),
    Place("董公寺街道（演示）", 27.7723, 106.9208),
    Place("板桥镇（演示）", 27.9016, 106.8894),
)
