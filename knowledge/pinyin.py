"""How a text sounds, with the confusions of south-western speech and of pinyin keyboards folded together.

Each fuzzy syllable is one private-use character: a text's sound is a string, which rapidfuzz compares like any other.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from functools import cache, lru_cache
from itertools import repeat
from pathlib import Path

_PRIVATE_USE = 0xE000
_LONGEST_SYLLABLE = 6  # zhuang
_LATIN = re.compile(r"[a-z]+")


@cache
def fuzzy(syllable: str) -> str:
    """zh/z ch/c sh/s n/l r/l f/hu in/ing en/eng an/ang become one; tones and umlauts are gone already."""
    s = syllable
    if s[:2] in ("zh", "ch", "sh"):
        s = s[0] + s[2:]
    elif s[0] in "nr" and len(s) > 1:
        s = "l" + s[1:]
    elif s[:2] == "hu":
        s = "f" + (s[2:] or "u")
    if s.endswith(("ing", "eng", "ang")):
        s = s[:-1]
    return s


class Sounds:
    """Character -> fuzzy syllable, from pypinyin's table of single characters. Built once (40 ms)."""

    def __init__(self) -> None:
        self._code: dict[str, str] = {}  # fuzzy syllable -> private-use character
        self._of: dict[str, str] = {}  # character -> private-use character
        self._syllables: set[str] = set()
        self._exactly: dict[str, str] = {}  # character -> syllable without its tone
        for point, readings in _readings().items():
            if 0x4E00 <= point <= 0x9FFF:
                plain = _toneless(readings.split(",", 1)[0])
                self._syllables.add(plain)
                self._of[chr(point)] = self._letter(plain)
                self._exactly[chr(point)] = plain

    def of(self, text: str) -> str:
        """The sound of `text`. Runs of Latin letters count when they split into syllables; other characters do not."""
        if not text.isascii() and not _LATIN.search(text):
            return self._characters(text)
        return "".join([self._run(part) for part in re.split(r"([a-z]+)", text)])

    def spelling(self, text: str) -> str:
        """The syllables of `text` as pinyin spells them, without tones and with nothing folded."""
        return "'".join([self._exactly.get(character, character) for character in text])

    def _run(self, part: str) -> str:
        if part.isascii() and part.isalpha():
            return "".join([self._letter(s) for s in self.split(part)])
        return self._characters(part)

    def _characters(self, text: str) -> str:
        return "".join(map(self._of.get, text, repeat("")))

    def split(self, letters: str) -> list[str]:
        """`letters` as pinyin syllables, the fewest that fit; [] when they do not fit."""
        if len(letters) > 60:
            return []
        best: list[list[str] | None] = [[]] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - _LONGEST_SYLLABLE), end):
                head, tail = best[start], letters[start:end]
                if head is None or tail not in self._syllables:
                    continue
                kept = best[end]
                if kept is None or len(head) + 1 < len(kept):
                    best[end] = [*head, tail]
        return best[-1] or []

    def _letter(self, plain: str) -> str:
        return self._code.setdefault(fuzzy(plain), chr(_PRIVATE_USE + len(self._code)))


@lru_cache(maxsize=1)
def sounds() -> Sounds:
    """The one table of the process; call it at build time so that no question pays for it."""
    return Sounds()


@cache  # 20,000 characters have 1,500 readings
def _toneless(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")  # ü and its tones are typed v
    return "".join(c for c in letters if c.isascii() and c.isalpha())


def _readings() -> dict[int, str]:
    package = importlib.util.find_spec("pypinyin")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin")
    # The package's own __init__ would load its phrase table too: 45 MB and 90 ms that single characters do not need.
    path = Path(package.submodule_search_locations[0]) / "pinyin_dict.py"
    spec = importlib.util.spec_from_file_location("knowledge._pinyin_dict", path)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[int, str] = module.pinyin_dict
    return table
