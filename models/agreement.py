"""What a person agreed to be told by us: for a purpose, to be withdrawn at any time (PIPL, articles 14 and 15).

WeChat's own consents, a number of sends for a template, are in models/consent.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime


class AgreementRow(Base):
    __tablename__ = "agreement"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32), primary_key=True)  # news: 活动和政策通知
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    how: Mapped[str] = mapped_column(String(64), default="")  # chat | signup | miniapp | admin
