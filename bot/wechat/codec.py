"""The wall in: what WeChat posts -> Message; Reply -> what WeChat wants to hear. Nothing unchecked gets past it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from bot.message import Kind, Message
from bot.reply import Article, Picture, Reply, Silence, as_text
from bot.wechat.crypto import Forged, Key, Unreadable, same, signature
from config.settings import Settings

SUCCESS = "success"

_KINDS: dict[str, Kind] = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "miniprogrampage": "card",
    "event": "event",
}
# XML 1.0 allows no other control characters, and a lone surrogate is no text at all.
_DIRT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 2000  # characters of one field; WeChat's own limit for a text message is lower
_DIGITS = re.compile(r"[0-9]{1,20}")
# The events of templates, and the element their lists lie in. In JSON the list lies beside the event itself.
# https://developers.weixin.qq.com/doc/service/guide/product/subscription_messages/push.html
_RESULTS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A message, and the key its reply must be sealed with (None: plain mode)."""

    message: Message
    key: Key | None
    nonce: str


class Codec:
    """`now` gives aware times. Both AES keys are tried while one replaces the other."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._token = settings.wechat_token
        self._window = settings.signature_window
        self._now = now
        keys = (settings.wechat_aes_key, settings.wechat_aes_key_old)
        encrypted = settings.wechat_mode != "plain"
        # The mini-program is pushed to the same address, sealed with its own appid.
        appids = [settings.wechat_appid, *([settings.miniapp_appid] if settings.miniapp_appid else [])]
        self._keys = tuple(Key(key, appid) for key in keys if key and encrypted for appid in appids)

    def verify(self, query: Mapping[str, str]) -> str:
        """The text that proves to WeChat that this address is ours. Raises Forged, Unreadable."""
        echo = query.get("echostr", "")
        if not echo:
            raise Unreadable("no echostr")
        stamp, nonce = self._stamp(query)
        if "msg_signature" in query and self._keys:
            self._check(query["msg_signature"], self._token, stamp, nonce, echo)
            return self._decrypt(echo)[0]
        self._check(query.get("signature", ""), self._token, stamp, nonce)
        return echo

    def admit(self, query: Mapping[str, str]) -> bool:
        """Whether the address alone proves a sender who knows the token, before a byte of the body is read.

        WeChat always signs the address too. False: only the body can tell. Raises Forged when it can't be WeChat.
        """
        stamp, nonce = self._stamp(query)
        if self._keys and (query.get("encrypt_type") != "aes" or not query.get("msg_signature")):
            raise Forged("not encrypted")
        return same(signature(self._token, stamp, nonce), query.get("signature", ""))

    def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """Raises Forged (answer 403) or Unreadable (400). With an AES key set, plaintext is Forged."""
        stamp, nonce = self._stamp(query)
        if not self._keys:
            self._check(query.get("signature", ""), self._token, stamp, nonce)
            fields, is_json = _fields(_decoded(body))
            return Opened(_message(fields, passive=not is_json), None, nonce)
        given = query.get("msg_signature", "")
        if query.get("encrypt_type") != "aes" or not given:
            raise Forged("not encrypted")
        text = _decoded(body)
        is_json = text.lstrip().startswith("{")
        sealed = _sealed_in_json(text) if is_json else _sealed_in_xml(text)
        self._check(given, self._token, stamp, nonce, sealed)
        if not is_json and _fields(text)[0].get("Encrypt") != sealed:
            raise Unreadable("more than one Encrypt")
        plain, key = self._decrypt(sealed)
        fields, _ = _fields(plain)
        return Opened(_message(fields, passive=not is_json), key, nonce)

    def answer(self, opened: Opened, reply: Reply) -> str:
        """The HTTP body. The same message and reply give the same bytes every time."""
        if isinstance(reply, Silence):
            return SUCCESS
        xml = render(reply, opened.message)
        if opened.key is None:
            return xml
        sealed = opened.key.encrypt(xml)
        stamp = str(opened.message.sent_at)
        nonce = str(int(hashlib.sha256(sealed.encode()).hexdigest()[:15], 16))
        signed = signature(self._token, stamp, nonce, sealed)
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _stamp(self, query: Mapping[str, str]) -> tuple[str, str]:
        # Exactly ten digits: with fewer or more, digits could be moved between timestamp and nonce under one signature.
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not re.fullmatch(r"[0-9]{10}", stamp) or not nonce:
            raise Forged("no proper timestamp")
        if abs(self._now().timestamp() - int(stamp)) > self._window:
            raise Forged("too old, or our clock is wrong")
        return stamp, nonce

    def _check(self, given: str, *parts: str) -> None:
        if not same(signature(*parts), given):
            raise Forged("signature")

    def _decrypt(self, sealed: str) -> tuple[str, Key]:
        failure: Exception = Unreadable("no key")
        for key in self._keys:
            try:
                return key.decrypt(sealed), key
            except (Unreadable, Forged) as error:
                failure = error
        raise failure


def render(reply: Reply, message: Message) -> str:
    """The plain reply; what only customer-service messages can show goes as text.

    CreateTime is the message's, so that a repeated delivery gets the same reply.

    https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
    """
    head = (
        f"<xml><ToUserName>{_cdata(message.openid)}</ToUserName><FromUserName>{_cdata(message.account)}</FromUserName>"
        f"<CreateTime>{message.sent_at}</CreateTime>"
    )
    if isinstance(reply, Picture):
        picture = f"<Image><MediaId>{_cdata(reply.media_id)}</MediaId></Image>"
        return f"{head}<MsgType><![CDATA[image]]></MsgType>{picture}</xml>"
    if not isinstance(reply, Article):
        return f"{head}<MsgType><![CDATA[text]]></MsgType><Content>{_cdata(as_text(reply))}</Content></xml>"
    return (
        f"{head}<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item>"
        f"<Title>{_cdata(reply.title)}</Title><Description>{_cdata(reply.description)}</Description>"
        f"<PicUrl>{_cdata(reply.picture)}</PicUrl><Url>{_cdata(reply.url)}</Url></item></Articles></xml>"
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{clean(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def clean(text: str) -> str:
    """What may be stored and sent: NFC, without control characters and lone surrogates."""
    return unicodedata.normalize("NFC", _DIRT.sub("", text))


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error


def _sealed_in_xml(text: str) -> str:
    """What stands in the Encrypt element, found without parsing: until the signature fits, a body deserves no more."""
    _, _, rest = text.partition("<Encrypt>")
    sealed, end, _ = rest.partition("</Encrypt>")
    sealed = sealed.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip()
    if not end or not sealed:
        raise Unreadable("no Encrypt")
    return sealed


def _sealed_in_json(text: str) -> str:
    fields, _ = _fields(text)
    sealed = fields.get("Encrypt")
    if not isinstance(sealed, str) or not sealed:
        raise Unreadable("no Encrypt")
    return sealed


def _fields(text: str) -> tuple[dict[str, Any], bool]:
    """The fields of a push, and whether it came as JSON. Raises Unreadable."""
    start = text.lstrip()[:1]
    if start == "{":
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Unreadable("not JSON") from error
        return fields, True
    if "<!doctype" in text.lower():
        raise Unreadable("a DOCTYPE")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities to expand
        fields = _children(root)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise Unreadable("not XML") from error
    if root.tag != "xml" or not isinstance(fields, dict):
        raise Unreadable("not a message")
    return fields, False


def _children(node: ElementTree.Element) -> Any:
    """The texts below `node` by tag. A tag that stands twice gives a list, as lists do in WeChat's events."""
    if not len(node):
        return (node.text or "").strip()
    found: dict[str, list[Any]] = {}
    for child in node:
        found.setdefault(child.tag, []).append(_children(child))
    return {tag: values if len(values) > 1 else values[0] for tag, values in found.items()}


def _message(fields: Mapping[str, Any], *, passive: bool) -> Message:
    openid, account = _name(fields, "FromUserName"), _name(fields, "ToUserName")
    kind = _KINDS.get(_name(fields, "MsgType"), "other")
    sent_at = _number(fields, "CreateTime")
    number = str(_number(fields, "MsgId")) if fields.get("MsgId") is not None and kind != "event" else ""
    event, event_key = _text(fields, "Event").lower(), _text(fields, "EventKey")
    if kind == "event" and not event:
        raise Unreadable("an event without a name")
    results = _results(event, fields)
    place = fields.get("SendLocationInfo") if event == "location_select" else fields
    latitude, longitude = _position(place if isinstance(place, Mapping) else {})
    return Message(
        key=_key(openid, number or ":".join([str(sent_at), event or kind, event_key, _told_apart(fields, results)])),
        openid=openid,
        account=account,
        kind=kind,
        sent_at=sent_at,
        text=_text(fields, "Content") or _text(fields, "Recognition"),
        event=event,
        event_key=event_key,
        menu_id=_text(fields, "bizmsgmenuid"),
        media_id=_text(fields, "MediaId"),
        title=_text(fields, "Title"),
        url=_text(fields, "Url"),
        label=_text(fields, "Label"),
        latitude=latitude,
        longitude=longitude,
        passive=passive,
        results=results,
    )


def _results(event: str, fields: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What an event tells of templates; one that names several has a list of them, one that names one may have none."""
    if event == "templatesendjobfinish":
        return (("", _text(fields, "Status"), _text(fields, "MsgID")),)
    if event not in _RESULTS:
        return ()
    inner = fields.get(_RESULTS[event])
    told = (inner if isinstance(inner, Mapping) else fields).get("List")
    rows = told if isinstance(told, list) else [told]
    return tuple(result for row in rows if isinstance(row, Mapping) and any(result := _result(row)))


def _result(row: Mapping[str, Any]) -> tuple[str, str, str]:
    code = _text(row, "ErrorCode")
    said = _text(row, "SubscribeStatusString") or _text(row, "ErrorStatus")
    return _text(row, "TemplateId"), f"{code} {said}" if code.strip("0") else said, _text(row, "MsgID")


def _told_apart(fields: Mapping[str, Any], results: tuple[tuple[str, str, str], ...]) -> str:
    """What differs between two events of one kind in the same second."""
    number = _text(fields, "MsgID")
    return number if number or not results else json.dumps(results)


def _key(openid: str, rest: str) -> str:
    key = f"{openid}:{rest}"
    return key if len(key) <= 190 else f"{openid}:{hashlib.sha256(rest.encode()).hexdigest()}"


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, str):
        return clean(value)[:_LONGEST].strip()
    return str(value) if isinstance(value, int) else ""


def _name(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 64 or clean(value).strip() != value:
        raise Unreadable(f"no proper {name}")
    return value


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not _DIGITS.fullmatch(str(value)) or int(str(value)) >= 2**63:
        raise Unreadable(f"no proper {name}")
    return int(str(value))


def _position(fields: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Location_X is the latitude, Location_Y the longitude; the LOCATION event calls them by name."""
    for north, east in (("Location_X", "Location_Y"), ("Latitude", "Longitude")):
        try:
            latitude, longitude = float(fields[north]), float(fields[east])
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    return None, None
