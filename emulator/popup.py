"""Consent to subscription messages: the popup, and the switch in WeChat's settings.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
https://developers.weixin.qq.com/doc/service/guide/product/subscription_messages/push.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.compose import Draft, Phone
from emulator.payload import Field
from emulator.templates import Template
from emulator.wants import BadRequest, flag, text

MOST = 3  # templates in one popup


def subscription_event(name: str, results: list[tuple[Field, ...]], *, mini: bool) -> tuple[Field, ...]:
    """`name`: popup, change or sent. In JSON the list stands beside Event, in XML within an element of its own."""
    lists: tuple[Field, ...] = tuple(("List", result) for result in results)
    head: tuple[Field, ...] = (("MsgType", "event"), ("Event", f"subscribe_msg_{name}_event"))
    return (*head, *lists) if mini else (*head, (f"SubscribeMsg{name.capitalize()}Event", lists))


def _popup(body: dict[str, Any], phone: Phone) -> Draft:
    """`accept` and `reject` are template ids. A template with a kept choice may stand in `templates` instead."""
    given = dict.fromkeys(_ids(body, "accept"), "accept") | dict.fromkeys(_ids(body, "reject"), "reject")
    for name in _ids(body, "templates"):
        if name not in phone.always:
            raise BadRequest(f"{name} 没有保留的选择：请放进 accept 或 reject。")
        given[name] = phone.always[name]
    if not 1 <= len(given) <= MOST:
        raise BadRequest(f"一次弹窗有 1 到 {MOST} 个模板：accept、reject。")
    templates = [_template(phone, name) for name in given]
    mini = templates[0].account == "mini"
    if any((each.account == "mini") != mini for each in templates):
        raise BadRequest("一次弹窗的模板应属于同一个账号。")
    scene: Field = ("PopupScene", "0" if mini else 2)
    results: list[tuple[Field, ...]] = [
        (("TemplateId", each.id), ("SubscribeStatusString", given[each.id]), scene) for each in templates
    ]
    return _draft("popup", results, tuple(given.items()), mini=mini, always=flag(body, "always"))


def _settings(body: dict[str, Any], phone: Phone) -> Draft:
    """设置 → 通知管理: switched off. Switching on again is pushed to nobody, so only another popup can do it here."""
    template = _template(phone, text(body, "template", most=64))
    results: list[tuple[Field, ...]] = [(("TemplateId", template.id), ("SubscribeStatusString", "reject"))]
    return _draft("change", results, ((template.id, "reject"),), mini=template.account == "mini")


def _draft(
    name: str,
    results: list[tuple[Field, ...]],
    answers: tuple[tuple[str, str], ...],
    *,
    mini: bool,
    always: bool = False,
) -> Draft:
    fields = subscription_event(name, results, mini=mini)
    words = {"accept": "允许", "reject": "拒绝"}
    label = "订阅弹窗" if name == "popup" else "通知管理"
    summary = f"{label}：" + "，".join(f"{words[said]} {template}" for template, said in answers)
    shown = {"kind": "event", "event": f"subscribe_msg_{name}_event", "text": summary}
    return Draft(fields, shown, summary, event=True, mini=mini, answers=answers, always=always)


def _ids(body: dict[str, Any], name: str) -> list[str]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequest(f"{name} 应为模板 id 的数组。")
    return value


def _template(phone: Phone, template_id: str) -> Template:
    template = phone.templates.get(template_id)
    if template is None or template.kind == "notice":
        raise BadRequest(f"没有可订阅的模板 {template_id}。")
    return template


POPUPS: dict[str, Callable[[dict[str, Any], Phone], Draft]] = {"popup": _popup, "settings": _settings}
