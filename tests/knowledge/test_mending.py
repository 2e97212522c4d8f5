"""Words written by their sound find the content's words; what is a word of its own stays as it is."""

from __future__ import annotations

import pytest

from knowledge.entry import Words
from knowledge.reading import Reader

PHRASINGS = (("人才津贴怎么申请",), ("社保断了怎么办",), ("子女上学要什么材料",), ("津贴公示在哪里看",))


@pytest.fixture(scope="module")
def reader() -> Reader:
    made = Reader(Words(synonyms=(("人才津贴", "津贴"),)))
    made.weigh(PHRASINGS)
    return made


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("能领津帖不", "能领津贴不"),
        ("shebao断了怎么办", "社保断了怎么办"),
        ("rencaijintie怎么申请", "人才津贴怎么申请"),
        ("人才津贴怎么申情", "人才津贴怎么申请"),
        ("孩子上雪要什么材料", "孩子上学要什么材料"),
    ],
)
def test_what_is_written_by_its_sound_reads_as_what_is_meant(reader: Reader, said: str, meant: str) -> None:
    assert reader.read(said).canonical == reader.fold.canonical(meant)


@pytest.mark.parametrize(
    "said",
    [
        "公式在哪里看",  # 公式 is a word, though it sounds like 公示
        "social security",
        "社保的k线图s和b",
        "社保吗",
        "人才津贴怎么申请",
    ],
)
def test_what_is_a_word_of_its_own_stays(reader: Reader, said: str) -> None:
    assert reader.read(said).canonical == reader.fold.canonical(said)


def test_before_it_has_seen_a_content_nothing_is_put_right() -> None:
    fresh = Reader(Words())
    assert fresh.read("能领津帖不").canonical == fresh.fold.canonical("能领津帖不")
