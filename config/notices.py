"""The ways a notice may take besides a customer-service message: templates of the account, by the ids WeChat gave them.

What the account does not have yet is `unknown`, and that way is not taken.
"""

from __future__ import annotations

import re
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
]
NAMES: tuple[Name, ...] = get_args(Name)
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


class Notices(_Part):
    ticket_answer: Notice = Notice()
    ticket_news: Notice = Notice()
    ticket_rating: Notice = Notice()
    reminder: Notice = Notice()
    event_changed: Notice = Notice()
    event_cancelled: Notice = Notice()
    promoted: Notice = Notice()
    broadcast: Notice = Notice()

    def of(self, name: str) -> Notice:
        """A name that is none of these has no way but the customer-service message."""
        found: Notice = getattr(self, name) if name in NAMES else Notice()
        return found

    def is_lasting(self, template: str) -> bool:
        """Whether a consent to this template is for any number of sends."""
        ways = [way for name in NAMES for way in (self.of(name).subscription, self.of(name).miniapp)]
        return any(way is not None and way.id == template and way.lasting for way in ways)


def load_notices(path: Path) -> Notices:
    """Read the file; BadFile names file, line, field and cure, and the caller keeps the last good one."""
    return document.load(path, Notices)
