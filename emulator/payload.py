"""Messages and events as WeChat writes them in XML.

https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html
https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_event_pushes.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# A number is written bare, text in CDATA, a sequence as nested elements.
Value = int | float | str | Sequence["Field"]
Field = tuple[str, Value]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Message:
    """One thing a user did. `msg_id` is None for events: WeChat gives ids to messages only.

    `mini`: in the mini-program; `openid` is then the one it has there, and the push is JSON.
    """

    openid: str
    created: int
    fields: tuple[Field, ...]
    msg_id: int | None = None
    mini: bool = False

    @property
    def kind(self) -> str:
        """MsgType, or `event:CLICK` and the like."""
        values = dict(self.fields)
        kind = str(values.get("MsgType", "?"))
        return f"event:{values.get('Event', '?')}" if kind == "event" else kind


def cdata(text: str) -> str:
    """Text in CDATA; `]]>` is split in two sections and characters XML 1.0 forbids are left out."""
    clean = _FORBIDDEN.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"


def element(name: str, value: Value) -> str:
    if not ELEMENT_NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be an XML element name")
    if isinstance(value, str):
        inner = cdata(value)
    elif isinstance(value, (int, float)):
        inner = str(value)
    else:
        inner = "".join(element(*field) for field in value)
    return f"<{name}>{inner}</{name}>"


def json_document(fields: Iterable[Field]) -> str:
    """As a mini-program gets it when its back office says JSON."""
    return json.dumps(_tree(fields), ensure_ascii=False)


def _tree(fields: Iterable[Field]) -> dict[str, Any]:
    # A repeated element (List) becomes an array.
    tree: dict[str, Any] = {}
    for name, value in fields:
        plain = value if isinstance(value, str | int | float) else _tree(value)
        tree[name] = [*_listed(tree[name]), plain] if name in tree else plain
    return tree


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def document(fields: Iterable[Field]) -> str:
    lines = [element(name, value) for name, value in fields]
    return "\n".join(["<xml>", *lines, "</xml>"])


def message_fields(message: Message, original_id: str) -> list[Field]:
    """All elements of a callback in the order of Tencent's samples."""
    head: list[Field] = [
        ("ToUserName", original_id),
        ("FromUserName", message.openid),
        ("CreateTime", message.created),
    ]
    tail: list[Field] = [] if message.msg_id is None else [("MsgId", message.msg_id)]
    return [*head, *message.fields, *tail]
