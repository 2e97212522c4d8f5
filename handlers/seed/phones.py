"""The made-up talents as phones of the WeChat on this machine, so that what the desk answers arrives and can be rated.

It forgets them when it ends: they are put there at each start, and say hello, for only who has written can be answered.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError

_HELLO = {"type": "text", "text": "你好"}


def put(base: str, talents: Mapping[str, Mapping[str, Any]]) -> int:
    """`base`: of its API; `talents` by openid, as stories.yaml has them. How many are new there.

    Raises OSError when it does not answer.
    """
    made = 0
    for openid, about in talents.items():
        follows = not about.get("left")
        who = {"name": about["name"], "openid": openid, "phone": about["phone"], "following": follows}
        if not _post(f"{base}/emulator/api/users", who):
            continue  # there already
        made += 1
        if follows:
            _post(f"{base}/emulator/api/users/{openid}/messages", _HELLO)
    return made


def _post(url: str, body: Mapping[str, object]) -> bool:
    """False: refused."""
    data, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
    try:
        urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=5).close()  # noqa: S310 - this machine
    except HTTPError as error:
        error.close()
        return False
    return True
