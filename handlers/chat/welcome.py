"""Following, leaving, the menu and help."""

from __future__ import annotations

from bot.conversation import Context
from bot.reply import Silence, Turn

_SCENE = "qrscene_"  # WeChat puts it before the code's own value when the person was no follower yet


def is_subscribe(context: Context) -> bool:
    return context.message.event == "subscribe"


def is_scan(context: Context) -> bool:
    return context.message.event == "scan"


def is_unsubscribe(context: Context) -> bool:
    return context.message.event == "unsubscribe"


def is_event(context: Context) -> bool:
    return context.message.kind == "event"


def subscribe(context: Context) -> Turn:
    scene = context.message.event_key.removeprefix(_SCENE)
    back_again = context.people.follow(context.openid, scene=scene, now=context.now)
    office = context.kit.office()
    key = "welcome.back" if back_again else "welcome.first"
    reply = context.say(key, account=office.account, district=office.district)
    return Turn(reply, note=f"scene {scene}" if scene else "")


def scan(context: Context) -> Turn:
    """A follower scanned one of our codes: greeted, and where the talk stands stays as it is."""
    context.people.follow(context.openid, scene=context.message.event_key, now=context.now)
    reply = context.say("welcome.scan", account=context.kit.office().account)
    return Turn(reply, context.state, context.data, note=f"scene {context.message.event_key}")


def unsubscribe(context: Context) -> Turn:
    context.people.leave(context.openid, now=context.now)
    return Turn(Silence())


def silence(context: Context) -> Turn:
    """Events that ask for nothing: the person was only told where they are, or opened a page."""
    return Turn(Silence(), context.state, context.data)


def help_(context: Context) -> Turn:
    return Turn(context.say("welcome.help", general=context.kit.office().hotline.general), note="help")
