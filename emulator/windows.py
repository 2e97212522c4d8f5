"""Which customer-service window a push opens at Tencent's."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.payload import Field

# Of the menu's buttons only these three; VIEW and location_select open nothing.
SERVICE = {
    "CLICK": "menu",
    "scancode_push": "menu",
    "scancode_waitmsg": "menu",
    "subscribe": "follow",
    "SCAN": "scan",
}
MINI = {"user_enter_tempsession": "session"}


def opened(fields: Iterable[Field], *, mini: bool) -> str:
    """The kind of allowance for quota.py, "" for none. A tapped msgmenu line is a menu click."""
    values = dict(fields)
    if values.get("MsgType") == "event":
        return (MINI if mini else SERVICE).get(str(values.get("Event")), "")
    return "menu" if "bizmsgmenuid" in values else "message"
