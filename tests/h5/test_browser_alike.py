"""The same question in the chat and through the page: the same entries from the same sources.

ALIKE is how many of some three hundred questions are asked, spread over all; `all` for a release.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import alike
import pytest
from phones import Phones
from playwright.sync_api import expect
from sqlalchemy import select

from bot.kit import Kit
from models.question import QuestionRow
from talk import Talk

ALIKE = os.environ.get("ALIKE", "6")
_MANY = 2**31 - 1
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800 if ALIKE == "all" else 120)]


@pytest.fixture
def kit(kit: Kit) -> Kit:
    """One that does not count requests."""
    return replace(kit, settings=replace(kit.settings, api_per_minute=_MANY, api_per_address=_MANY))


def test_chat_and_page_show_the_same_entry_and_source(
    opens: Callable[..., Any], phones: Phones, someone: Callable[[str], Talk], kit: Kit
) -> None:
    known = alike.questions(kit.library.content)
    questions = known if ALIKE == "all" else known[:: len(known) // int(ALIKE)]
    chat, page, shown = someone("oChat"), opens(phones.agreeing("小林", "service"), "/m/ask"), 0
    for question in questions:
        alike.forget(kit)
        said, answered = chat.say(question), _answered(kit)
        found = _asked(page, question)
        assert [each["entry"] for each in found] == answered, question
        for each in found:
            entry = kit.library.entry(each["entry"])
            assert entry is not None
            assert each["document"] == entry.source.document, question
            assert f"{each['document']}，{each['as_of']}资料" in said, question
        shown += len(found)
    assert shown > len(questions) // 2
    assert ALIKE != "all" or shown > 200


def _answered(kit: Kit) -> list[str]:
    """The entries that the chat answered with."""
    with kit.db.unit() as unit:
        rows = unit.session.scalars(select(QuestionRow).order_by(QuestionRow.place))
        return [row.answered for row in rows if kit.library.entry(row.answered)]


def _asked(page: Any, question: str) -> list[dict[str, str]]:
    """Entries and sources as they stand on the page."""
    again, answer = page.get_by_role("button", name="清空记录"), page.get_by_role("article", name="答复")
    if again.count():  # drawn with the answer that was waited for
        again.click()
        expect(answer).to_have_count(0)
    page.get_by_role("textbox", name="您的问题").fill(question)
    page.get_by_role("button", name="发送").click()
    answer.wait_for()
    found: list[dict[str, str]] = answer.evaluate(
        """card => [...card.querySelectorAll("[data-of]")].map((each) => ({
            entry: each.dataset.of,
            document: each.children[0].textContent.replace("出处：", ""),
            as_of: each.children[1].textContent.replace("资料时间：", ""),
        }))"""
    )
    return found
