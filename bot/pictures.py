"""Pictures of ours on their way out: WeChat wants them uploaded first, and keeps them for three days."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.kit import Kit
from bot.reply import Picture
from bot.wechat.client import WeChat
from bot.wechat.errors import SendError
from models import files
from models.files import Files, Refused
from models.seal import Seal

_FORGOTTEN = 40007  # no such media_id, or not any more
_GOOD_FOR = files.GOOD_FOR - timedelta(hours=2)


def show(kit: Kit, account: WeChat, openid: str, picture: Picture, now: datetime) -> None:
    """Send it; uploaded once more when WeChat has forgotten it before its time. Raises SendError."""
    try:
        account.send(openid, lifted(kit, account, picture, now))
        return
    except SendError as error:
        if error.code != _FORGOTTEN or not picture.file:
            raise
    with kit.db.writing() as unit:
        files.note_upload(unit, picture.file, "", now)
    account.send(openid, lifted(kit, account, picture, now))


def lifted(kit: Kit, account: WeChat, picture: Picture, now: datetime) -> Picture:
    """The picture with WeChat's id for it: the one it got not long ago, else that of an upload made now.

    Raises SendError, never `unsure`: whatever became of the upload, the person has not seen it.
    """
    if not picture.file:
        return picture
    keeps = account is kit.wechat  # an id is good for the account it was uploaded to
    with kit.db.unit() as unit:
        media_id, at = files.uploaded(unit, picture.file)
        if keeps and media_id and at is not None and now - at < _GOOD_FOR:
            return Picture(media_id)
        try:
            data = Files(unit, Seal(kit.settings.secret_key)).body(picture.file)
        except Refused as fault:
            raise SendError("refused", 0, str(fault), "请重新放一次图片，再发") from None
    media_id = _upload(account, data)
    if keeps:
        with kit.db.writing() as unit:
            files.note_upload(unit, picture.file, media_id, now)
    return Picture(media_id)


def _upload(account: WeChat, data: bytes) -> str:
    try:
        return account.upload("image", "picture", data)
    except SendError as error:
        if not error.unsure:
            raise
        # From its code, not from its cause: what is raised quotes nothing of the call.
        raise SendError("later", error.code, error.said, error.cure, retry_after=error.retry_after) from None
