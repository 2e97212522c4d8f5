"""The templates an account has chosen in its back office. Four are ready-made; the control API adds more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from emulator.account import Kind
from emulator.tokens import Refused
from emulator.values import KEY, fits
from emulator.wants import BadRequest, text

# notice: 模板消息, needs no consent. once: 一次性订阅. lasting: 长期订阅.
TemplateKind = Literal["notice", "once", "lasting"]
KINDS: dict[str, TemplateKind] = {"notice": "notice", "once": "once", "lasting": "lasting"}
FIELDS = (("thing1", "事项"), ("time2", "时间"), ("thing3", "说明"))


@dataclass(frozen=True)
class Template:
    """`fields` are (key, label); the key's letters say what its value may be."""

    id: str
    account: Kind
    kind: TemplateKind
    title: str
    fields: tuple[tuple[str, str], ...] = FIELDS

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "fields": [list(field) for field in self.fields]}

    def fill(self, data: object) -> list[tuple[str, str]]:
        """(label, value) as the card shows them; 47003 with the first field that is missing or not allowed."""
        given = data if isinstance(data, dict) else {}
        lines = []
        for key, label in self.fields:
            cell = given.get(key)
            value = cell.get("value") if isinstance(cell, dict) else cell
            if value is None or value == "":
                raise Refused(47003, f"argument invalid! data.{key}.value is empty")
            if not fits(key, value):
                raise Refused(47003, f"argument invalid! data.{key}.value invalid")
            lines.append((label, str(value)))
        return lines


READY = (
    Template("emu-template-notice", "service", "notice", "办事进度通知（演示）"),
    Template("emu-subscribe-notice", "service", "once", "活动提醒（演示，一次性）"),
    Template("emu-lasting-notice", "service", "lasting", "服务通知（演示，长期）"),
    Template("emu-mini-notice", "mini", "once", "活动提醒（演示，小程序）"),
)


def read_template(body: dict[str, Any]) -> Template:
    """From the control API, or BadRequest."""
    kind, account = KINDS.get(text(body, "kind", "once")), text(body, "account", "service")
    if kind is None:
        raise BadRequest(f"kind 应为其中之一：{', '.join(KINDS)}。")
    if account not in {"service", "mini"} or (account == "mini" and kind == "notice"):
        raise BadRequest("account 应为 service 或 mini；模板消息（notice）只属于 service。")
    fields = body.get("fields", [list(field) for field in FIELDS])
    if not isinstance(fields, list) or not 1 <= len(fields) <= 7:
        raise BadRequest("fields 应为 1 到 7 个 [关键词, 名称]。")
    return Template(
        text(body, "id", most=64),
        "mini" if account == "mini" else "service",
        kind,
        text(body, "title", "演示模板", most=30),
        tuple(_field(field) for field in fields),
    )


def _field(field: object) -> tuple[str, str]:
    if not isinstance(field, list) or len(field) != 2 or not all(isinstance(part, str) and part for part in field):
        raise BadRequest("fields 的每一项应为 [关键词, 名称]。")
    key, label = field
    if not KEY.fullmatch(key):
        raise BadRequest(f"{key} 不是模板关键词：应如 thing1、time2、phrase3。")
    return key, label[:20]
