"""What a ticket is about, from what somebody wrote: its subject and its kind, where they named none."""

from __future__ import annotations

import re

SUBJECT = 40  # characters a subject is cut to; a longer text is the detail as well
DETAIL = 2000
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_CLAUSE_END = re.compile(r"[，,、 ]")
_KINDS = (
    (
        "unpaid",
        re.compile("没有?到账|未到账|没有?发(?![现生展票热烧])|未发|未兑现|没有?兑现|没有?落实|拖欠|没收到钱|还没领到"),
    ),
    ("complaint", re.compile("投诉|举报|态度")),
    ("suggestion", re.compile("建议|提意见|希望能|能不能增加")),
    ("agency", re.compile("代办|上门|帮办")),
)


def summary(text: str) -> str:
    """The first sentence, or as much of it as fits a subject."""
    line = " ".join(text.split())
    if len(line) <= SUBJECT:
        return line
    first = _SENTENCE_END.split(line, maxsplit=1)[0]
    if len(first) <= SUBJECT:
        return first
    clause = _CLAUSE_END.split(first[:SUBJECT])
    return "".join(clause[:-1]) if len("".join(clause[:-1])) >= SUBJECT // 2 else first[: SUBJECT - 1] + "…"


def kind_of(text: str, otherwise: str = "question") -> str:
    return next((kind for kind, words in _KINDS if words.search(text)), otherwise)
