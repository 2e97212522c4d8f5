"""One spelling for what people write: width, script, case, numbers, politeness and other words for the same thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import add

import opencc
import rjieba

from knowledge import language, thesaurus
from knowledge.entry import Words

LONGEST = 200  # characters of a question that are read; a longer story has said its question by then
_NOT_WORD = re.compile(r"[\W_]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_CLAUSE = re.compile(r"[,，.。;；!！?？:：~～\s…]+")
_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(
    r"[零〇一二两三四五六七八九十百千]+(?=[年月日号个岁期次万亿元人套天周季点])|[零〇一二三四五六七八九]{3,}"
)
_UNITS = {"十": 10, "百": 100, "千": 1000}
_PASSES = 4


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)  # one message is looked at by a dozen routes
def normalise(text: str) -> str:
    """NFKC (UAX #15), simplified characters, lower case, no control characters, at most LONGEST characters."""
    text = text[: 2 * LONGEST]
    if not text.isascii():
        text = _simplifier().convert(unicodedata.normalize("NFKC", text))
    return _CONTROL.sub(" ", text.lower()).strip()[:LONGEST].rstrip()


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`normalise` without spaces and punctuation: to a reader, two texts with one plain form are the same."""
    return _NOT_WORD.sub("", normalise(text))


def clauses(text: str) -> list[str]:
    """The parts of a story, each normalised."""
    return [part for part in _CLAUSE.split(normalise(text)) if part]


def digits(text: str) -> str:
    """Chinese numbers that count something, as Arabic ones: 三个 -> 3个. Names keep theirs: 一站式."""
    return _NUMBER.sub(lambda found: _number(found.group()), text)


def _number(chinese: str) -> str:
    chinese = chinese.replace("〇", "零").replace("两", "二")
    if not any(c in _UNITS for c in chinese):
        return "".join(str(_DIGITS.index(c)) for c in chinese)
    total, digit = 0, 0
    for c in chinese:
        if c in _UNITS:
            total += max(digit, 1) * _UNITS[c]
            digit = 0
        else:
            digit = _DIGITS.index(c)
    return str(total + digit)


_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")


class Table:
    """Longest-match replacement. Latin words stand alone: no app in happy.

    A regular expression of a thousand words took more than twice as long: it tries one branch after the other.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._instead: dict[str, str] = {}
        lengths: dict[str, set[int]] = {}
        for word, instead in pairs:
            if word:
                self._instead.setdefault(word, instead)
                lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(some, reverse=True) for first, some in lengths.items()}
        self._latin = frozenset(word for word in self._instead if not _LATIN.isdisjoint((word[0], word[-1])))

    def replace(self, text: str) -> str:
        parts: list[str] = []
        start = 0
        for at, word in self._spans(text):
            parts += text[start:at], self._instead[word]
            start = at + len(word)
        return "".join([*parts, text[start:]]) if parts else text

    def spot(self, text: str) -> list[str]:
        """The replacements of the words in `text`, the longest at each place only."""
        return [self._instead[word] for _, word in self._spans(text)]

    def find(self, text: str) -> list[str]:
        """The replacements of the words in `text`, overlaps included: 怎么申请 is both 怎么 and 怎么申请."""
        lengths, instead, size = self._lengths, self._instead, len(text)
        return [
            instead[word]
            for at, first in enumerate(text)
            if first in lengths
            for length in lengths[first]
            if at + length <= size and (word := text[at : at + length]) in instead
        ]

    def _spans(self, text: str) -> Iterator[tuple[int, str]]:
        lengths, instead, latin, end = self._lengths, self._instead, self._latin, 0
        if lengths.keys().isdisjoint(text):
            return
        for at, first in enumerate(text):
            if first not in lengths or at < end:
                continue
            for length in lengths[first]:
                word = text[at : at + length]
                if word in instead and (word not in latin or _stands_alone(text, at, word)):
                    end = at + len(word)
                    yield at, word
                    break


def _stands_alone(text: str, at: int, word: str) -> bool:
    """No Latin letter before its first one, and none behind its last one."""
    inside = word[0] in _LATIN and text[at - 1 : at] in _LATIN
    return not inside and not (word[-1] in _LATIN and text[at + len(word) : at + len(word) + 1] in _LATIN)


class Fold:
    """`canonical` for one words.yaml: what people add or vary goes, what they mean stays."""

    def __init__(self, words: Words) -> None:
        pairs = [(plain(w), plain(w)) for w in language.KEEP]
        # The district's own groups come first: a word stands in the first group that names it.
        for group in (*words.synonyms, *language.SAME, *thesaurus.SAME):
            pairs += [(plain(w), plain(group[0])) for w in group]
        pairs += [(plain(w), "") for w in (*words.fillers, *words.regions, *language.FILLERS, *language.PARTICLES)]
        self._table = Table((digits(word), digits(instead)) for word, instead in pairs)
        self.words = frozenset(word for word, _ in pairs)  # all that it knows, as `plain` has them
        self.canonical = lru_cache(maxsize=4096)(self._canonical)

    def _canonical(self, text: str) -> str:
        """The form that phrasings of one meaning share. Idempotent; never empty for a text with a letter in it."""
        now = digits(plain(text))
        for _ in range(_PASSES):
            folded = digits(self._table.replace(now))
            if not folded or folded == now:
                break
            now = folded
        return now


def bigrams(text: str) -> list[str]:
    """Neighbouring characters; the single character of a text of one."""
    return list(map(add, text, text[1:])) or ([text] if text else [])


def cut(text: str) -> list[tuple[str, str]]:
    """Words with their part of speech, as jieba's dictionary sees them."""
    tagged: list[tuple[str, str]] = rjieba.tag(text)
    return tagged


def is_word(text: str) -> bool:
    """Whether it stands in the segmenter's dictionary."""
    known: bool = rjieba.has_word(text)
    return known


def teach(words: Iterable[str]) -> None:
    """Names that the segmenter must keep whole. The dictionary is the process's own: a word taught once stays."""
    for word in words:
        if len(word) > 1 and not rjieba.has_word(word):
            rjieba.add_word(word, None, None)
