"""Every table in one place."""

from __future__ import annotations

from sqlalchemy import MetaData

from models import (  # noqa: F401 - so that Base knows their tables
    account,
    agreement,
    attachment,
    audit,
    broadcast,
    consent,
    content,
    event,
    interest,
    job,
    late,
    linking,
    login,
    message,
    node,
    once,
    outbox,
    person,
    question,
    replay,
    sending,
    staff,
    suggestion,
    talent,
    talk,
    ticket,
    upload,
    workbench,
    workday,
)
from models.base import Base


def metadata() -> MetaData:
    return Base.metadata
