"""What all processes must know of a WeChat account: its access token, and which of its APIs are stopped, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime


class TokenRow(Base):
    """`token` is sealed. Whoever refreshes holds the lease; the others go on with the old token while it is good."""

    __tablename__ = "token"

    appid: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(Text, default="")
    ends_at: Mapped[datetime | None] = mapped_column(UtcTime)
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)


class StopRow(Base):
    """One API of one account is not called before `until`."""

    __tablename__ = "stop"

    appid: Mapped[str] = mapped_column(String(64), primary_key=True)
    api: Mapped[str] = mapped_column(String(96), primary_key=True)  # its path, such as /cgi-bin/message/custom/send
    code: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)  # in a row
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
