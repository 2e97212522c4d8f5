"""What is asked through every door, each question as if nothing had been asked before."""

from __future__ import annotations

from sqlalchemy import delete

from bot.kit import Kit
from knowledge.entry import Content
from models.db import Unit
from models.message import MessageRow
from models.question import QuestionRow
from models.talk import TalkRow


def questions(content: Content) -> list[str]:
    """The content's own exam and what people call its entries."""
    return [*(each.ask for each in content.exam), *(each.aliases[0] for each in content.entries[::2])]


def forget(kit: Kit) -> None:
    """What was asked before, so that each question stands alone."""

    def forgets(unit: Unit) -> None:
        unit.lock()
        for table in (TalkRow, QuestionRow, MessageRow):
            unit.execute(delete(table))

    kit.db.doing(forgets)
