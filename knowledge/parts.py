"""Several questions in one message, told apart by how they are written; whether each has an answer is not seen here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from knowledge import aspect
from knowledge.text import Table, plain

LONGEST = 400  # characters that are looked at
_MOST = 12  # questions; who asks more tells a story
_PIECES = 24  # between borders; likewise

_ITEM = (
    r"(?:(?<=^)|(?<=[\s，,。；;：:？?！!]))"
    r"(?:\d{1,2}[.．、)）](?!\d)|[(（]\d{1,2}[)）]|第[一二三四五]个?(?:问题|是)?[，,、：:])\s*|[①-⑨]\s*"
)
_LINK = (
    r"还有(?:就是|一个(?:问题)?|个问题|一点)?|另外|此外|顺便(?:再|也)?(?:请问|问)?(?:一下|一句|下)?|以及|其次|再就是"
    r"|(?:还|再)(?:想|要)?(?:请)?(?:问|咨询|了解)(?:一下|下|一句)?|还想知道|最后(?:问|想问)?(?:一下|下)?"
)
_BORDER = re.compile(
    r"(?P<kept>(?<=[\dA-Za-z])[^\S\n]+(?=[\dA-Za-z]))"  # 138 1234 5678 is one number
    rf"|(?P<item>{_ITEM})|(?P<strong>[?？!！。；;\n]+)|(?P<link>(?:{_LINK})[，,：:\s]*)|(?P<soft>[，,\s～~…]+)"
    r"|(?P<ending>(?<=[吗呢])(?=[\u4e00-\u9fff]{4}))"
)
_STRONG = re.compile(r"[?？!！。；;\n]+")
_END = "end"
_APART = ("item", "strong", "link")
_ASKS = re.compile(
    r"吗|呢$|么$|没$|不$|什么|啥|怎|如何|咋|啷个|哪|谁|多少|多久|多长|多大|几[天年月个号点套万千岁人楼种类级]|是否|能否|可否|何时|为何"
    r"|(?:是|找|去|选|要|租|按).{1,8}还是|^(?:请|麻烦)?(?:给我|帮我)?(?:介绍|说说|讲讲|讲一下|说一下|查一下|查查)"
    r"|(?:能|可|可以|有|是|要|会|算|给|用|需|行|够|得)(?:不|没)(?:能|可以|可|有|是|要|会|算|给|用|需要|行|够|得)"
    r"|(?:电话|热线|号码|联系方式|地址|地点|位置|流程|步骤|手续|材料|资料|条件|要求|标准|金额|进度|时限|期限|费用|租金|日期"
    r"|时间)(?:是|呢|的)?$"
)
# What goes on about the question before it, or presses for an answer.
# “我想问三个问题：” says that questions follow, and nothing of them.
_ANNOUNCES = re.compile(r"(?:问|咨询|了解|请教|知道|打听).{0,10}[：:]$")
_TELLS = re.compile(r"(?:我|本人|俺|咱|家里|单位|老公|老婆|孩子|因为|由于|听说|之前|现在|目前|你好|您好|谢)")
_NO_QUESTION = re.compile(
    r"这种|这样|这些|那样|上述|以上|此|前面|它|该怎么办|这个|那个|告诉|回复|答复|回答|快点|尽快|帮帮|知道吗|懂吗|明白吗|对吧|凭什么"
    r"|怎么回事|咋回事|真的|怎么还|急[死着]?|等了"
)
_AND = r"(?:[、，,]|和|与|跟|及|以及|还有|或者?|或是)"
_BETWEEN = r"(?:的|要|需要|带|交|提供|提交|什么|哪些|它的|申请|办理)?"
_COMPARES = re.compile(
    r"区别|不同|差别|差异|同时|一起|冲突|影响|叠加|兼得|哪个|哪一个|还是|一样|关系|共同|都能|都可以|既"
)
_SUBJECT_LEFT = 2  # characters, beside words that only ask, from which a part names a thing of its own


@dataclass(frozen=True, slots=True)
class Part:
    """One question. `thing`: it names one of its own. `own`: it also stands apart (by ?, a line, a number, 还有), so
    that it deserves an answer of its own even if that is “I don't know”."""

    text: str
    thing: bool = False
    own: bool = False


class _Piece(NamedTuple):
    """What stands between two borders; `before` and `after` are their kinds, where they set it apart, `gap` what it is
    put to the piece before it with."""

    text: str
    before: str
    after: str
    gap: str = "，"


def within_reach(text: str) -> tuple[str, list[str]]:
    """What of a text is looked at, up to the end of a sentence, and the questions in what is left."""
    if len(text) <= LONGEST:
        return text, []
    ends = [border.end() for border in _STRONG.finditer(text, LONGEST // 2, LONGEST)]
    end = ends[-1] if ends else LONGEST
    left = [_trimmed(each) for each in _STRONG.split(text[end:])]
    return text[:end], [each for each in left if _ASKS.search(_bare(each))][:_MOST]


class Cutter:
    """`cut` for one content: `things` are the names of what people ask about, `left` what a text says beside asking."""

    def __init__(self, things: Iterable[str], left: Callable[[str], str]) -> None:
        names = sorted({name for name in map(plain, things) if len(name) > 1}, key=lambda name: (-len(name), name))
        self._things = Table((name, name) for name in names)
        self._left = left

    def cut(self, text: str, known: Callable[[str], bool] = lambda _: False) -> tuple[Part, ...]:
        """The questions in their order; a single one, or none, when the text asks one thing or tells a story.

        `known` says of a piece that does not read like a question (公寓申请流程) whether it has an answer all the same.
        """
        parts = [each for part in self._apart(text[:LONGEST], known) for each in self._spread(part)]
        return tuple(parts) if 1 < len(parts) <= _MOST else tuple(parts[:1])

    def _apart(self, text: str, known: Callable[[str], bool]) -> list[Part]:
        """What is told before a question belongs to it, what is told after the last one to that."""
        found: list[Part] = []
        told: list[_Piece] = []
        before = ""
        pieces = _pieces(text)
        if len(pieces) > _PIECES:
            return []
        for piece in pieces:
            asks = _is_question(piece, known)
            if not asks and found and not told and not piece.before and piece.after:
                found[-1] = replace(found[-1], text=f"{found[-1].text}{piece.gap}{piece.text}")  # 能领吗，我是博士。
                continue
            if not asks and _ANNOUNCES.search(piece.text):
                continue
            before = piece.before if not told else before
            told.append(piece)
            if asks:
                said = _trimmed(_joined(told))
                thing = len(self._left(said)) >= _SUBJECT_LEFT and not _NO_QUESTION.search(said)
                found.append(Part(said, thing, thing and bool(before or piece.after not in ("", _END))))
                told = []
        if told and found:
            found[-1] = replace(found[-1], text=_trimmed(found[-1].text + told[0].gap + _joined(told)))
        return found

    def _spread(self, part: Part) -> list[Part]:
        """“条件和材料” asks for two sides of one thing, “津贴和公寓怎么申请” for one side of two."""
        texts = _sides(part.text) or self._of_each(part.text)
        return [replace(part, text=text, own=False) for text in texts] if texts else [part]

    def _of_each(self, text: str) -> list[str]:
        said = plain(text)
        if _COMPARES.search(said) or not _ASKS.search(said):
            return []
        names = self._things.spot(said)
        if len(names) < 2:
            return []
        run = re.search(rf"{re.escape(names[0])}(?:{_AND}?{re.escape(names[1])})", re.sub(r"\s", "", text))
        rest = said[said.find(names[1]) + len(names[1]) :] if run else ""
        return [f"{name}{rest}" for name in names[:2]] if rest else []


def _is_question(piece: _Piece, known: Callable[[str], bool]) -> bool:
    said = piece.text
    if _ASKS.search(_bare(said)):
        return True
    if len(plain(said)) <= _SUBJECT_LEFT:
        return False
    if piece.after == "?":
        return True
    trails = piece.after == _END and piece.before in ("", "?")  # 能在这里买房吗？外地户口
    if not piece.after or trails:
        return False
    return piece.before == "item" or (_TELLS.match(said) is None and known(said))


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    start, before, gap = 0, "", "，"
    for border in _BORDER.finditer(text):
        kind = border.lastgroup or ""
        if kind == "kept" or (kind == "link" and not _starts_a_question(text, border)):
            continue
        said, start = text[start : border.start()], border.end()
        apart = "?" if kind == "strong" and border.group()[0] in "?？" else kind if kind in _APART else ""
        if said.strip():
            found.append(_Piece(said.strip(), before, apart if apart != "item" else "line", gap))
            before, gap = apart, "，"
        elif apart:
            before = "item" if "item" in (apart, before) else apart
            found[-1:] = [each._replace(after=each.after or "line") for each in found[-1:]]
        gap = border.group() if kind == "soft" and said.strip() else "，"
    if text[start:].strip():
        found.append(_Piece(text[start:].strip(), before, _END, gap))
    return found


def _starts_a_question(text: str, border: re.Match[str]) -> bool:
    """还有 is a link where something is asked on both its sides: not in 津贴还有吗, 条件以及材料是什么."""
    before, after = text[: border.start()], text[border.end() :]
    clause = re.split(r"[，,？?。；;！!\n]", after)[0]
    at_start = not before.strip() or before.rstrip()[-1] in "，,？?。；;！!\n～~… "
    if not (at_start or _ASKS.search(_bare(before))):
        return False
    return len(plain(clause)) > 3 and bool(_ASKS.search(_bare(clause)))


def _bare(piece: str) -> str:
    return piece.strip().rstrip("，,。.！!？?；;：: ～~…")


def _joined(pieces: list[_Piece]) -> str:
    return pieces[0].text + "".join(f"{each.gap}{each.text}" for each in pieces[1:])


def _trimmed(text: str) -> str:
    return text.strip().strip("，,。；; ")


_SIDE = "|".join(re.escape(word) for word in aspect.ASK_WORDS if len(word) > 1)
_RUN = re.compile(rf"(?:{_SIDE})(?:(?:{_AND}){_BETWEEN}(?:{_SIDE}))+")
_ONE = re.compile(_SIDE)


def _sides(text: str) -> list[str]:
    run = _RUN.search(text)
    if run is None:
        return []
    asked: Sequence[str] = _ONE.findall(run.group())
    if len({aspect.aspect_of(word) for word in asked}) < 2 or len(asked) > _MOST:
        return []
    before, after = text[: run.start()], text[run.end() :]
    return [f"{before}{word}{after}" for word in asked]
