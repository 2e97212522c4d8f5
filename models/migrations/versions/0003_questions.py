"""Questions, what came of them, and the aliases proposed from them"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Spelled out here and not imported: a migration must go on doing what it did on the day it was written.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
EXACT: dict[str, Any] = {
    f"{name}_{key}": value
    for name in ("mysql", "mariadb")
    for key, value in {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}.items()
}


def text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "question",
        text("message", 190),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        text("openid", 64),
        text("text", 200),
        text("decision", 16),
        text("candidates"),
        text("answered", 190),
        text("picked", 190),
        text("verdict", 16),
        sa.Column("verdict_at", TIME, nullable=True),
        text("ticket", 16),
        text("content", 16),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("message", "place", name="pk_question"),
        **EXACT,
    )
    op.create_index("ix_question_at", "question", ["at"])
    op.create_table(
        "suggestion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        text("entry", 190),
        text("form", 190),
        text("alias", 190),
        text("state", 16),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
        sa.UniqueConstraint("entry", "form", name="uq_suggestion_entry_form"),
        **EXACT,
    )
