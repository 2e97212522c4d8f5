"""The ways a notice may take besides a customer-service message: templates of the account, by the ids WeChat gave them.

What the account does not have yet is `unknown`, and that way is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from config import document

Name = Literal[
    "ticket_answer",
    "ticket_news",
    "ticket_rating",
    "reminder",
    "event_changed",
    "event_cancelled",
    "promoted",
    "broadcast",
    "linked",
]
NAMES: tuple[Name, ...] = get_args(Name)
# What everybody reads, talents and staff alike.
NAMES_SAID: Mapping[str, str] = {
    "ticket_answer": "工单答复",
    "ticket_news": "工单进展",
    "ticket_rating": "请您评价",
    "reminder": "活动和期限提醒",
    "event_changed": "活动改期",
    "event_cancelled": "活动取消",
    "promoted": "候补转正",
    "broadcast": "活动和政策通知",
    "linked": "账号关联",
}
Account = Literal["service", "miniapp"]
Value = Literal["title", "when", "note"]  # of a notice's data; what a field of a template may hold
_ID = re.compile(r"[\w-]{4,64}", re.ASCII)
_FIELD = re.compile(r"[a-z_]+\d{0,3}")


def _id(value: Any) -> Any:
    if value == "unknown":
        return None
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError(
            f"{value!r} is no template id; copy it from WeChat, or write unknown（模板编号，或写 unknown）"
        )
    return value


def _field(name: str) -> str:
    if not _FIELD.fullmatch(name):
        raise ValueError(f"{name!r} is no field; write it as WeChat does, such as thing1（字段名照微信的写）")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Id = Annotated[str | None, BeforeValidator(_id)]
Fields = Annotated[dict[Annotated[str, AfterValidator(_field)], Value], Field(min_length=1)]


class Template(_Part):
    """A template and what goes into its fields; `id` None: the account has none."""

    id: Id
    fields: Fields


class Subscription(Template):
    """Needs the person's consent; `lasting`: one consent is for any number of sends (长期订阅)."""

    lasting: bool = False
    page: str = ""  # of the mini-program, opened by a tap


class Notice(_Part):
    template: Template | None = None
    subscription: Subscription | None = None
    miniapp: Subscription | None = None

    def asked_by(self, account: str) -> Subscription | None:
        """What that account of ours may send after a consent."""
        return self.miniapp if account == "miniapp" else self.subscription


class Notices(_Part):
    ticket_answer: Notice = Notice()
    ticket_news: Notice = Notice()
    ticket_rating: Notice = Notice()
    reminder: Notice = Notice()
    event_changed: Notice = Notice()
    event_cancelled: Notice = Notice()
    promoted: Notice = Notice()
    broadcast: Notice = Notice()
    linked: Notice = Notice()

    def of(self, name: str) -> Notice:
        """A name that is none of these has no way but the customer-service message."""
        found: Notice = getattr(self, name) if name in NAMES else Notice()
        return found

    def sent_by(self, template: str) -> list[Name]:
        """Which of them go by that subscription, of either account."""
        return list(dict.fromkeys(name for name, way in self._asked() if way.id == template))

    def is_lasting(self, template: str) -> bool:
        """Whether a consent to this template is for any number of sends."""
        return any(way.id == template and way.lasting for _, way in self._asked())

    def _asked(self) -> list[tuple[Name, Subscription]]:
        """What may be sent after a consent, by either account."""
        ways = [(name, way) for name in NAMES for way in (self.of(name).subscription, self.of(name).miniapp)]
        return [(name, way) for name, way in ways if way is not None]


def load_notices(path: Path) -> Notices:
    """Read the file; BadFile names file, line, field and cure, and the caller keeps the last good one."""
    return document.load(path, Notices)
