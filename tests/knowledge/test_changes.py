"""What one content says differently from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from knowledge.changes import Change, compare, lost, summary
from knowledge.entry import Content


def with_first(content: Content, part: str, **values: Any) -> Content:
    first, *rest = getattr(content, part)
    return replace(content, **{part: (replace(first, **values), *rest)})


def test_the_same_content_has_no_changes(content: Content) -> None:
    moved = with_first(content, "entries", file="faq/other.yaml", line=99)
    assert compare(content, moved) == []
    assert summary([]) == "+0 -0 ~0"


def test_an_entry_added_removed_and_changed(content: Content) -> None:
    first, second, *rest = content.entries
    new = replace(second, id="new.one")
    other = replace(
        first, answer="别的", aliases=(*first.aliases, "新问法"), source=replace(first.source, quote="原话")
    )
    changes = compare(content, replace(content, entries=(other, *rest, new)))
    assert [(each.kind, each.id) for each in changes] == [
        ("changed", first.id),
        ("added", "new.one"),
        ("removed", second.id),
    ]
    fields = {name: (old, now) for name, old, now in changes[0].fields}
    assert set(fields) == {"answer", "aliases", "source.quote"}
    assert fields["answer"] == (first.answer, "别的")
    assert fields["aliases"][1].splitlines()[-1] == "新问法"
    assert summary(changes) == "+1 -1 ~1"
    assert lost(content, replace(content, entries=(other, *rest))) == 1


@pytest.mark.parametrize(
    ("part", "change", "field"),
    [
        ("事项", lambda c: with_first(c, "items", fee="5 元"), "fee"),
        ("地点", lambda c: with_first(c, "places", latitude=27.5), "latitude"),
        ("日子", lambda c: with_first(c, "days", confirmed={2027: "2027-04-23"}), "confirmed"),
        ("话术", lambda c: replace(c, phrases={**c.phrases, next(iter(c.phrases)): "改了"}), "text"),
        ("考题", lambda c: with_first(c, "exam", expect="unknown"), "expect"),
    ],
)
def test_the_other_files_are_compared_by_row(
    content: Content, part: str, change: Callable[[Content], Content], field: str
) -> None:
    [found] = compare(content, change(content))
    assert (found.part, found.kind, [name for name, _, _ in found.fields]) == (part, "changed", [field])


def test_words_are_compared_by_group(content: Content) -> None:
    words = content.words
    group, *rest = words.synonyms
    other = replace(
        words, synonyms=((*group, "新词"), *rest), rude=(*words.rude, "哼"), topics={**words.topics, "x": "新"}
    )
    found = compare(content, replace(content, words=other))
    assert [(each.kind, each.id) for each in found] == [
        ("added", "topics.x"),
        ("changed", f"synonyms.{group[0]}"),
        ("added", "rude.哼"),
    ]
    assert all(isinstance(each, Change) and each.part == "词表" for each in found)
