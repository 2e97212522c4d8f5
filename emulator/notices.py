"""Service notices (模板消息, 订阅消息) on the phone, and what Tencent pushes when one is out.

https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
https://developers.weixin.qq.com/doc/service/guide/product/subscription_messages/push.html
"""

from __future__ import annotations

from typing import Any

from emulator.account import Kind
from emulator.compose import Draft
from emulator.desk import Desk
from emulator.payload import Field
from emulator.popup import subscription_event
from emulator.records import Person
from emulator.templates import Template
from emulator.tokens import Refused
from emulator.world import World

A_MOMENT = 0.3  # seconds until the result is pushed


def need_template(world: World, template_id: object, account: Kind, *kinds: str) -> Template:
    template = world.templates.get(template_id) if isinstance(template_id, str) else None
    if template is None or template.account != account or template.kind not in kinds:
        raise Refused(40037, "invalid template_id")
    return template


def show_notice(world: World, person: Person, template: Template, body: dict[str, Any]) -> None:
    """The card; 47003 when its data do not fit. Where a tap leads stands on it: the mini-program before the address.

    Who blocks the account gets none, and WeChat tells of it in the result only.
    """
    lines = template.fill(body.get("data"))
    if person.blocks and template.kind == "notice":
        return
    program = body.get("miniprogram")
    page = program.get("pagepath", "") if isinstance(program, dict) else body.get("page", "")
    account = world.ledger(mini=template.account == "mini").account
    shown = {
        "kind": "notice",
        "channel": "notice",
        "title": template.title,
        "from": account.name,
        "lines": [list(line) for line in lines],
        "url": str(body.get("url") or ""),
        "page": str(page or ""),
        "template": template.id,
    }
    world.add_entry(person.openid, "account", shown, None)


def push_template_result(desk: Desk, person: Person, msg_id: int) -> None:
    fields: tuple[Field, ...] = (
        ("MsgType", "event"),
        ("Event", "TEMPLATESENDJOBFINISH"),
        ("MsgID", msg_id),
        ("Status", "failed:user block" if person.blocks else "success"),
    )
    _push(desk, person, fields, "模板消息被拒收" if person.blocks else "模板消息已送达", mini=False)


def push_subscription_result(desk: Desk, person: Person, template: Template, msg_id: int) -> None:
    mini = template.account == "mini"
    result: tuple[Field, ...] = (
        ("TemplateId", template.id),
        ("MsgID", str(msg_id) if mini else msg_id),
        ("ErrorCode", "0" if mini else 0),
        ("ErrorStatus", "success"),
    )
    fields = subscription_event("sent", [result], mini=mini)
    _push(desk, person, fields, "订阅消息已送达", mini=mini)


def _push(desk: Desk, person: Person, fields: tuple[Field, ...], summary: str, *, mini: bool) -> None:
    shown = {"kind": "event", "event": str(dict(fields)["Event"]), "text": summary}
    desk.push_later(person, Draft(fields, shown, summary, event=True, mini=mini), A_MOMENT)
