from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot import footer
from knowledge.entry import Validity
from talk import Talk


@pytest.mark.parametrize(
    ("validity", "at", "told"),
    [
        ("current", datetime(2026, 11, 30, 15, 59, tzinfo=UTC), "资料，现行有效"),
        ("current", datetime(2026, 11, 30, 16, 0, tzinfo=UTC), "资料，有效期到2026年11月30日，已过"),
        ("historical", datetime(2026, 12, 2, tzinfo=UTC), "资料，有效期到2026年11月30日，已过"),
        ("expired", datetime(2026, 12, 2, tzinfo=UTC), "已经失效"),
    ],
)
def test_a_document_is_not_in_force_after_its_last_day_in_shanghai(
    小林: Talk, monkeypatch: pytest.MonkeyPatch, validity: Validity, at: datetime, told: str
) -> None:
    line = footer.source_line
    monkeypatch.setattr(
        footer,
        "source_line",
        lambda phrase, source, *day: line(phrase, replace(source, validity=validity, expires="2026-11-30"), *day),
    )
    小林.clock.at = at
    assert told in 小林.say("人才津贴有多少钱？")


def test_a_document_that_names_no_last_day_is_told_by_its_validity(小林: Talk) -> None:
    source = replace(小林.kit.library.content.entries[0].source, validity="current", expires="")
    texts = 小林.kit.library.content.phrases

    def phrase(key: str, /, **values: object) -> str:
        return texts[key].format(**values)

    assert "现行有效" in footer.source_line(phrase, source, date.max)
