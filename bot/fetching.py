"""Talents' pictures and recordings, fetched from WeChat before it forgets them after three days."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.kit import Kit
from bot.wechat.errors import SendError
from models import files
from models.files import Awaited
from models.seal import Seal

_log = logging.getLogger("huicai.fetch")
_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(hours=2)
_FILM = "微信不给下载视频，请对方改发照片或打字说明"
_NO_MINIAPP = "没有配置小程序，取不到它的文件"
_EXPIRED = "三天内没有取到，微信已经删了"


def fetch(kit: Kit, most: int = 20) -> str:
    """Those whose turn it is, one call each; what it did, "" for nothing. Raises Unavailable."""
    now = kit.now()
    with kit.db.unit() as unit:
        due = files.awaited(unit, now, most)
    done = [_fetch(kit, each) for each in due]
    told = ((word, sum(each == word for each in done)) for word in ("取回", "没取到", "稍后再取"))
    return "，".join(f"{word} {count}" for word, count in told if count)


def _fetch(kit: Kit, file: Awaited) -> str:
    account = kit.miniapp if file.account == "miniapp" else kit.wechat
    if file.kind == "video" or account is None:
        return _lost(kit, file, _FILM if account else _NO_MINIAPP)
    if kit.now() - file.at > files.GOOD_FOR:
        return _lost(kit, file, _EXPIRED)
    try:
        media = account.download(file.media_id)
    except SendError as error:
        _log.warning("file %s of %s: %s", file.id, file.ticket, error)
        return _put_off(kit, file, error)
    now = kit.now()
    with kit.db.writing() as unit:
        files.fetched(unit, Seal(kit.settings.secret_key), file.id, media.data, now=now)
    return "取回"


def _put_off(kit: Kit, file: Awaited, error: SendError) -> str:
    if error.kind == "refused" and error.code:
        return _lost(kit, file, error.said)
    pause = min(_LONGEST, _FIRST * (1 << min(file.tries, 10)))
    with kit.db.writing() as unit:
        files.again(unit, file.id, error.said, kit.now() + pause)
    return "稍后再取"


def _lost(kit: Kit, file: Awaited, why: str) -> str:
    with kit.db.writing() as unit:
        files.gone(unit, file.id, why)
    return "没取到"
