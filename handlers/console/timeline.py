"""One line of time: what the talent and the bot said, what was answered, noted and done. Newest last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import reply as replies
from bot.deliveries import Delivery
from bot.kit import Kit
from bot.private import masked
from handlers.console.wording import Wording, kind_of, name_of
from models.attachment import Attachment
from models.chatlog import Exchange
from models.history import data_of
from models.ticket import RATING_NAMES, Ticket, TicketEvent

BEFORE = timedelta(days=2)  # of the talk in front of the ticket
_SAME = timedelta(seconds=90)  # the message that made an event came so shortly before it
_SENT = timedelta(minutes=30)  # the same, of a picture: those sent on the way to a ticket are put to it when it opens
_RATED = ("rate", "rated")
_BARE = 3  # characters: 5分, 一星, 满意
_SIDES = {
    "opened": "talent",
    "added": "talent",
    "attached": "talent",
    "note": "note",
    "call": "call",
    "rate": "talent",
    "rated": "talent",
}
_SIDES |= dict.fromkeys(("answer", "interim", "ask"), "reply")
_MEDIA = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件", "link": "链接"}
_ROUTES = {"subscribe": "关注了服务号", "unsubscribe": "取消了关注", "scan": "扫了二维码", "click": "点了菜单"}
_ROUTES |= {"check in by a code": "扫码签到", "template consent": "订阅消息授权"}
_DECISIONS = {"sure": "答了", "maybe": "给了选项", "unknown": "没答上", "outside": "不归本区"}


@dataclass(frozen=True, slots=True)
class Tried:
    """One question, as the bot heard it. `entries`: (id, its question, score in per cent), best first."""

    text: str
    decision: str
    entries: tuple[tuple[str, str, int], ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Item:
    """`side`: talent | bot | reply | note | call | system. `event` 0: a message of the chat, no event of the ticket."""

    at: datetime
    side: str
    who: str
    label: str = ""
    body: str = ""
    event: int = 0
    kind: str = ""
    delivery: Delivery | None = None
    files: tuple[Attachment, ...] = ()
    cites: tuple[tuple[str, str], ...] = ()
    tried: tuple[Tried, ...] = ()
    recalled: bool = False
    new: bool = False  # the actor had not seen it when they opened the ticket


@dataclass(frozen=True, slots=True)
class Found:
    """What the timeline is made of, as read from the database."""

    events: Sequence[TicketEvent]
    exchanges: Sequence[Exchange]
    deliveries: Mapping[int, Delivery]
    files: Mapping[int, Sequence[Attachment]]  # by event
    names: Mapping[int, str]
    read: int = 0  # the newest event seen before
    reader: str = ""  # by whom, as events name actors


def items(kit: Kit, ticket: Ticket, found: Found, wording: Wording) -> list[Item]:
    recalled = {int(str(data_of(each)["event"])) for each in found.events if each.kind in ("recall", "unsaid")}
    heard, others = _heard(found)
    told = [_of_event(kit, ticket, each, found, wording, recalled) for each in found.events]
    told = [_in_their_words(item, heard[item.event]) if item.event in heard else item for item in told]
    said = {(masked(each.body).strip(), each.at) for each in found.events if each.actor == "talent"}
    heard_of = [each for each in others if is_said(each) and not _is_told(each, said)]
    talk = [item for each in heard_of for item in _of_exchange(kit, each)]
    return sorted([*told, *talk], key=lambda item: (item.at, item.event))


def grouped(items: Sequence[Item]) -> list[list[Item]]:
    """Neighbouring system events in one group, to be folded; every other item alone."""
    groups: list[list[Item]] = []
    for item in items:
        if groups and item.side == "system" and groups[-1][0].side == "system":
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def who(actor: str, names: Mapping[int, str]) -> str:
    """An event's actor as colleagues know them."""
    fixed = {"talent": "对方", "bot": "机器人", "clock": "系统"}
    if actor in fixed:
        return fixed[actor]
    number = actor.removeprefix("staff:")
    return names.get(int(number), "以前的同事") if number.isdigit() else "系统"


def _of_event(kit: Kit, ticket: Ticket, event: TicketEvent, found: Found, wording: Wording, recalled: set[int]) -> Item:
    side = _SIDES.get(event.kind, "system")
    if event.kind == "resume" and event.actor == "talent":
        side = "talent"
    body = ticket.detail if event.kind == "opened" else event.body
    if event.media and not found.files.get(event.id):
        kind = event.media.partition(":")[0]
        body = f"［{_MEDIA.get(kind, '文件')}］"
    cites = tuple((str(each), _question(kit, str(each))) for each in _listed(event, "cites"))
    return Item(
        event.at,
        side,
        who(event.actor, found.names),
        label=name_of(kind_of(event)) if side == "reply" else wording.told(event),
        body=body,
        event=event.id,
        kind=event.kind,
        delivery=found.deliveries.get(event.id),
        files=tuple(found.files.get(event.id, ())),
        cites=cites,
        recalled=event.id in recalled,
        new=0 < found.read < event.id and event.actor != found.reader,
    )


def _of_exchange(kit: Kit, each: Exchange) -> list[Item]:
    tried = tuple(
        Tried(
            t.text,
            _DECISIONS.get(t.decision, t.decision),
            tuple((entry, _question(kit, entry), round(100 * score)) for entry, score in t.candidates[:3]),
            {"useful": "对方说有用", "useless": "对方说没用"}.get(t.verdict, ""),
        )
        for t in each.tried
    )
    found = [Item(each.at, "talent", "对方", body=words(each), tried=tried if each.reply is None else ())]
    if each.reply:
        found.append(Item(each.at + timedelta(microseconds=1), "bot", "机器人", body=said(each.reply), tried=tried))
    return found


def is_said(each: Exchange) -> bool:
    """Not what WeChat tells by itself, such as whether a notice came or where somebody is."""
    return each.kind != "event" or each.reply is not None or each.route in _ROUTES or _is_page(each)


def words(each: Exchange) -> str:
    """Theirs, or what they did: the text of an event is a key or an address, of the menu's button for one."""
    if each.kind != "event" and each.text:
        return each.text
    opened = "点开了网页" if _is_page(each) else "其他消息"
    return f"［{_ROUTES.get(each.route) or _MEDIA.get(each.kind) or opened}］"


def _is_page(each: Exchange) -> bool:
    return each.text.startswith(("http://", "https://"))


def said(reply: str) -> str:
    """As people saw it; kept it is a dumped Reply."""
    try:
        return replies.as_text(replies.parse(reply))
    except (ValueError, LookupError, TypeError):
        return reply


def _is_told(each: Exchange, said: set[tuple[str, datetime]]) -> bool:
    """The message that an event of the ticket repeats."""
    text = each.text.strip()
    return bool(text) and any(text == body and abs(at - each.at) <= _SAME for body, at in said)


def _heard(found: Found) -> tuple[dict[int, Exchange], list[Exchange]]:
    """Of events without words the message that made each, a rating's of the same moment, a picture's shortly before;
    and the other messages."""
    heard: dict[int, Exchange] = {}
    others = list(found.exchanges)
    for event in reversed(found.events):
        kind = event.media.partition(":")[0]
        if event.actor != "talent" or not (kind or event.kind in _RATED):
            continue
        at = (n for n in reversed(range(len(others))) if _made(others[n], event, kind))
        if (place := next(at, None)) is not None:
            heard[event.id] = others.pop(place)
    return heard, others


def _made(each: Exchange, event: TicketEvent, media: str) -> bool:
    if media:
        return each.kind == media and timedelta() <= event.at - each.at <= _SENT
    return each.at == event.at  # what a message does carries its time


def _in_their_words(item: Item, each: Exchange) -> Item:
    """很满意，辛苦了: more than the level that was made of it."""
    bare = not each.text or each.text in RATING_NAMES.values() or len(each.text) <= _BARE
    return item if item.kind not in _RATED or item.body or bare else replace(item, body=each.text)


def _question(kit: Kit, entry_id: str) -> str:
    entry = kit.library.entry(entry_id)
    return entry.question if entry is not None else entry_id


def _listed(event: TicketEvent, name: str) -> list[object]:
    found = data_of(event).get(name)
    return list(found) if isinstance(found, list) else []
