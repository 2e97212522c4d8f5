"""Files on their way to and from WeChat: told by their first bytes, never by their name.

https://developers.weixin.qq.com/doc/service/api/material/temporary/api_uploadtempmedia
"""

from __future__ import annotations

import json
from typing import Literal

from urllib3 import encode_multipart_formdata

from bot.wechat.answers import nonsense, read, refusal
from bot.wechat.api import Answer
from bot.wechat.values import Media
from models.magic import UNKNOWN, type_of

Kind = Literal["image", "voice", "video", "thumb"]
LARGEST = 20 << 20  # bytes we take of a download; WeChat keeps nothing larger
_KILO, _MEGA = 1 << 10, 1 << 20
_TAKES: dict[Kind, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png", "image/gif"}), 10 * _MEGA),
    "voice": (frozenset({"audio/amr", "audio/mpeg"}), 2 * _MEGA),
    "video": (frozenset({"video/mp4"}), 10 * _MEGA),
    "thumb": (frozenset({"image/jpeg"}), 64 * _KILO),
}
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
}


def form(kind: Kind, data: bytes) -> tuple[bytes, str]:
    """The body of an upload and its content type. Raises SendError for what WeChat would refuse.

    The file gets a name of ours: WeChat keeps none, and trips over some.
    """
    types, largest = _TAKES[kind]
    found = type_of(data)
    if found not in types:
        raise refusal(40004 if kind in ("image", "thumb") else 40005)
    if len(data) > largest:
        raise refusal(40006)
    return encode_multipart_formdata({"media": (f"media.{_ENDINGS[found]}", data, found)})


def received(answer: Answer) -> Media:
    """A download. WeChat tells its refusals, and the address of a video, as JSON with the same HTTP 200."""
    found = type_of(answer.body)
    if answer.status != 200 or (found == UNKNOWN and _is_json(answer)):
        read(answer)
        raise refusal(40005)  # an object that is no refusal: a video, which only WeChat itself plays
    if not answer.body or (found == UNKNOWN and answer.kind.startswith("text/")):
        raise nonsense()
    return Media(answer.body, found, answer.name)


def _is_json(answer: Answer) -> bool:
    if "json" in answer.kind:
        return True
    try:
        return answer.body[:1] == b"{" and isinstance(json.loads(answer.body.decode()), dict)
    except (ValueError, RecursionError):
        return False
