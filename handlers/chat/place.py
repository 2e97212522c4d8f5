"""Stations, homes, centres: what there is and in which state, and the nearest one to a location."""

from __future__ import annotations

import re
from itertools import groupby

from bot.conversation import Context
from bot.reply import Turn
from handlers import placing
from handlers.chat import citing, commands
from handlers.chat.saying import Saying
from knowledge.entry import UNKNOWN, Place
from knowledge.text import plain

_KIND_WORDS = {"驿站": "station", "之家": "home", "中心": "centre", "工作站": "workstation", "基地": "base"}
_NEAR = re.compile(r"最近的.{0,6}(?:驿站|之家|中心|市场|基地|网点|地方|地点|点)|附近|离我|周边|就近|旁边|身边")
_PLACES = re.compile(r"驿站|人才之家|服务中心|地点|网点|场所|人才家|公寓|市场|基地|点|中心")
_OTHER_PLACES = re.compile(r"公交|地铁|医院|学校|超市|银行|餐|酒店|派出所|加油|厕所|景点")
_LIST = Saying(
    """有哪些地点 有哪些网点 有哪些场所 有哪些地方 地点 网点 场所 服务网点 人才服务网点 服务场所 地点列表
    有哪些驿站 有哪些人才驿站 有哪些点 驿站列表 人才驿站有哪些 网点有哪些 有什么地方 有哪些服务点""",
    "你们 你 您 都 人才 请问 区里 我们区 的 呢 吗 在 看 查 我想 一下 看看 服务",
)
_NEAREST = 3


def is_near(context: Context) -> bool:
    text = plain(context.text)
    return bool(_NEAR.search(text) and _PLACES.search(text)) and not _OTHER_PLACES.search(text)


def is_list(context: Context) -> bool:
    return _LIST.fits(commands.said(context))


def is_location(context: Context) -> bool:
    return context.message.kind == "location"


def ask_location(context: Context) -> Turn:
    """On a page there is no location to send: the list of places asks for it itself."""
    key = "place.ask_location_page" if context.message.page else "place.ask_location"
    return Turn(context.say(key), note="location?", asked=citing.asks(context, "sure", "places"))


def directory(context: Context) -> Turn:
    """By kind, each with its state: planned is not open."""
    asked = [kind for word, kind in _KIND_WORDS.items() if word in context.text]
    shown = [place for place in placing.shown(context) if not asked or place.kind in asked]
    parts = []
    for kind, places in groupby(shown, key=lambda place: place.kind):
        rows = "\n".join(f"· {_row(context, place)}" for place in places)
        heading = context.phrase("place.heading", kind=context.phrase(f"place.kind_{kind}"))
        parts.append(f"{heading}\n{rows}")
    asks = citing.asks(context, "sure", "places")
    recall = {"topic": "station", **dict.fromkeys(("entry", "about", "item"))}  # no thing that 那材料呢 could be about
    key = "place.list_page" if context.message.page else "place.list"
    return Turn(context.say(key, places="\n".join(parts)), recall=recall, note="places", asked=asks)


def nearest(context: Context) -> Turn:
    message = context.message
    if message.latitude is None or message.longitude is None:
        return Turn(context.say("place.no_position"), note="no position")
    known = context.kit.library.nearest(message.latitude, message.longitude)
    shown = [(place, metres) for place, metres in known if placing.is_shown(context, place)][:_NEAREST]
    if not shown:
        return Turn(context.say("place.none_known"), note="no place with a position")
    place, metres = shown[0]
    if metres > placing.FAR:
        reply = context.say("place.far", name=place.name, distance=placing.distance(metres))
        return Turn(reply, note=f"far from {place.id}")
    rows = "\n".join(
        context.phrase(
            "place.near_row", name=place.name, distance=placing.distance(metres), detail=_detail(context, place)
        )
        for place, metres in shown
    )
    demo = context.phrase("place.demo") if any(place.demo for place, _ in shown) else ""
    return Turn(context.say("place.nearest", places=rows, demo=demo), note=f"nearest {shown[0][0].id}")


def _row(context: Context, place: Place) -> str:
    return context.phrase("place.row", name=place.name, status=context.phrase(f"status.{place.status}"))


def _detail(context: Context, place: Place) -> str:
    known = [part for part in (place.address, place.hours, place.phone) if part and part != UNKNOWN]
    return "，".join([context.phrase(f"status.{place.status}"), *known])
