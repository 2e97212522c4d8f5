"""Messages that say one thing and nothing else: 谢谢, 取消吧, 没有补充了."""

from __future__ import annotations

from knowledge.text import Table, plain

_HIT = "\1"
_LONGEST = 40


class Saying:
    """Fits a message made of nothing but `words`, at least one of them, and what people put `around` them.

    Read in one pass, the longest word first: alternatives in a regular expression would take exponential time on
    你好啊你好啊你好啊…
    """

    def __init__(self, words: str, around: str = "") -> None:
        pairs = [(plain(word), "") for word in around.split()]
        pairs += [(plain(word), _HIT) for word in words.split()]
        self._table = Table(pairs)
        self._firsts = frozenset(word[0] for word, _ in pairs if word)

    def fits(self, said: str) -> bool:
        """`said`: a plain phrase (knowledge.text.plain)."""
        if not said or len(said) > _LONGEST or said[0] not in self._firsts:
            return False
        rest = self._table.replace(said)
        return bool(rest) and not rest.strip(_HIT)
