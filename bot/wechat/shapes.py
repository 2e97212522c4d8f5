"""Reply -> the body of a customer-service message.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
"""

from __future__ import annotations

from typing import Any

from bot.reply import Article, Card, Choices, Picture, Reply, Text, as_text


def shaped(reply: Reply, miniapp: str) -> dict[str, Any]:
    """`miniapp`: whose pages a Card opens. {} for what is nothing to send."""
    if isinstance(reply, Text):
        return {"msgtype": "text", "text": {"content": reply.body}}
    if isinstance(reply, Article):
        article = {
            "title": reply.title,
            "description": reply.description,
            "url": reply.url,
            "picurl": reply.picture,
        }
        return {"msgtype": "news", "news": {"articles": [article]}}
    if isinstance(reply, Picture):
        return {"msgtype": "image", "image": {"media_id": reply.media_id}}
    if isinstance(reply, Choices):
        lines = [{"id": key, "content": shown} for key, shown in reply.lines]
        menu = {"head_content": reply.head, "list": lines, "tail_content": reply.tail}
        return {"msgtype": "msgmenu", "msgmenu": menu}
    if isinstance(reply, Card):
        page = {
            "title": reply.title,
            "appid": miniapp,
            "pagepath": reply.page,
            "thumb_media_id": reply.thumb,
        }
        return {"msgtype": "miniprogrampage", "miniprogrampage": page}
    return {}


def shaped_for_miniapp(reply: Reply) -> dict[str, Any]:
    """As the mini-program's own customer service takes it: text, image, link and page, no menu."""
    if isinstance(reply, Article):
        link = {
            "title": reply.title,
            "description": reply.description,
            "url": reply.url,
            "thumb_url": reply.picture,
        }
        return {"msgtype": "link", "link": link}
    if isinstance(reply, Choices):
        return {"msgtype": "text", "text": {"content": as_text(reply)}}
    found = shaped(reply, "")
    if isinstance(reply, Card):
        found["miniprogrampage"].pop("appid")
    return found
