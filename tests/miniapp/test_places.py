"""Where there is something: what is not known is null and said, what is made up is marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from phones import Phone, Phones

import wsgi
from bot.kit import Kit
from talk import Clock

HERE = "lat=27.7250&lng=106.9200"


@pytest.fixture
def 读者(phones: Phones) -> Phone:
    """Nobody we know."""
    return phones.stranger()


@pytest.fixture
def 演示(kit: Kit, clock: Clock) -> Iterator[Phone]:
    """The same on the emulated account."""
    app = Flask(__name__, static_folder=None)
    pipeline = wsgi.mount(app, replace(kit, settings=replace(kit.settings, demo=True)))
    yield Phones(kit, app, clock).stranger()
    pipeline.close()


def test_places_by_kind(读者: Phone) -> None:
    places = 读者.said("GET", "/places?kind=workstation")["items"]
    assert {each["kind_said"] for each in places} == {"工作站、工作室"}
    assert len(places) == 5


def test_what_is_not_known_is_null_and_said(读者: Phone) -> None:
    station = 读者.said("GET", "/places?kind=station")["items"][0]
    assert (station["address"], station["phone"], station["latitude"], station["map"]) == (None, None, None, None)
    assert station["said"] == "资料没有写明地址、开放时间、电话、位置。"
    assert station["status_said"] == "计划中，还没有开放"
    assert station["source"]["as_of"] == "2023"


def test_no_place_is_made_up_for_those_who_ask_for_the_nearest(读者: Phone) -> None:
    found = 读者.said("GET", f"/places?{HERE}")
    assert found["said"] == "各处的位置都还没有公布，算不出哪个离您近。"
    assert not any(each["demo"] for each in found["items"])
    assert {each["distance"] for each in found["items"]} == {None}


def test_the_nearest_comes_first_and_demo_places_say_so(演示: Phone) -> None:
    found = 演示.said("GET", f"/places?{HERE}&limit=50")
    near = [each for each in found["items"] if each["distance"] is not None]
    assert found["items"][: len(near)] == near
    assert [each["distance"] for each in near] == sorted(each["distance"] for each in near)
    assert near
    assert all(each["demo"] and "演示" in each["name"] for each in near)
    assert near[0]["map"].startswith("https://apis.map.qq.com/uri/v1/marker?marker=coord%3A27.")
    assert found["said"] is None


def test_pages_hold_each_place_once(演示: Phone) -> None:
    seen, after = [], ""
    while after is not None:
        page = 演示.said("GET", f"/places?{HERE}&limit=4&after={after}")
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 16


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("lat=27.7", "lng"),
        ("lng=106.9", "lat"),
        ("lat=91&lng=0", "lat"),
        ("lat=nan&lng=0", "lat"),
        ("kind=castle", "kind"),
        ("after=nowhere", "after"),
    ],
)
def test_what_is_no_position_or_kind_is_refused(读者: Phone, asked: str, field: str) -> None:
    answer = 读者.get(f"/places?{asked}")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == field
