"""What people answered when WeChat asked whether we may send a template. What became of one is in bot/handling.py.

These events are not said to us: they are answered with silence and leave the talk where it stands.
https://developers.weixin.qq.com/doc/service/guide/product/subscription_messages/push.html
"""

from __future__ import annotations

from bot.conversation import Context
from bot.reply import Silence, Turn

_ANSWERS = ("subscribe_msg_popup_event", "subscribe_msg_change_event")
_LONGEST = 64  # WeChat's template ids have 43 characters


def is_answer(context: Context) -> bool:
    return context.message.event in _ANSWERS


def answer(context: Context) -> Turn:
    """Each 允许 of a popup is one send more, of a lasting template any number; 允许 in the settings is none."""
    popup = context.message.event == "subscribe_msg_popup_event"
    for template, said, _ in context.message.results:
        if not 0 < len(template) <= _LONGEST:
            continue
        if said == "accept" and popup:
            lasting = context.kit.notices().is_lasting(template)
            context.consents.accept(context.openid, template, lasting=lasting, now=context.now)
        elif said == "reject":
            context.consents.refuse(context.openid, template, now=context.now)
    return Turn(Silence(), note=" ".join(said for _, said, _ in context.message.results))
