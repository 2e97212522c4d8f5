"""How often a person lets us use a WeChat subscription template (订阅消息): fed by its events, used up by sends.

One tap of 允许 is one send; a lasting consent (长期订阅) is not used up. 0 after a refusal.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime


class ConsentRow(Base):
    __tablename__ = "consent"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    template: Mapped[str] = mapped_column(String(64), primary_key=True)
    left: Mapped[int] = mapped_column(default=0)
    lasting: Mapped[bool] = mapped_column(default=False)
    refused: Mapped[bool] = mapped_column(default=False)  # the last word was 拒绝, or WeChat said 43101
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
