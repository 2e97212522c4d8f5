"""What a second reader would say of content that loads: what leads astray, what is stale, what WeChat would cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.alike import Alike, Clash, Taught, named
from knowledge.entry import LEFT_OUT, Content, Fault
from knowledge.text import plain
from knowledge.where import Where, sourced

LARGEST_TEXT = 2048  # UTF-8 bytes: what WeChat takes as one text
SOON = 60  # days before its end from which a source or an entry is told
_TOLD = 20  # pairs that look alike: more of them say no more
_NAMED = 5  # of the phrases that are lent
_FIELDS = {"synonyms": "同义词", "fillers": "口头语", "regions": "地名"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as people will see it, and the row and field to shorten when it is too long; a phrase has no row."""

    file: str
    line: int
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """`faults` forbid publishing; `warnings` are for an admin to judge."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def review(
    content: Content,
    files: Mapping[str, bytes],
    today: date,
    shown: Iterable[Shown] = (),
    folded_at: int = LARGEST_TEXT,
) -> Review:
    """`files` are those the content was made of; texts of more than `folded_at` bytes reach people in two parts."""
    where, alike = Where(files), Alike(content)
    clashes = list(alike.clashes())
    lengths = list(_lengths(shown, where, folded_at))
    faults = [*_astray(clashes, where), *(fault for is_fault, fault in lengths if is_fault)]
    warnings = [
        *_words(clashes, alike, where),
        *_looks_alike(alike, where),
        *_sources(content, where, today),
        *_spans(content, where, today),
        *_borrowed(content),
        *(fault for is_fault, fault in lengths if not is_fault),
    ]
    return Review(_sorted(faults), _sorted(warnings))


def _sorted(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))


def _astray(clashes: Iterable[Clash], where: Where) -> Iterator[Fault]:
    """Every phrasing must find its own entry first."""
    for clash in clashes:
        file, line, field = where.phrasing(clash.loser, clash.second)
        theirs = "{}:{}".format(*where.phrasing(clash.winner, clash.first))
        problem = f"“{clash.second}”先找到的是 {clash.winner.id}（{theirs}“{clash.first}”），不是 {clash.loser.id}"
        yield Fault(file, line, field, problem, f"把问法写得更具体{_or_without(clash.because, where)}")


def _or_without(because: Iterable[Taught], where: Where) -> str:
    said = [f"{_FIELDS[each.field]}“{each.word}”（words.yaml:{where.word(each.field, each.word)}）" for each in because]
    return f"；或从词表里去掉{'、'.join(said)}" if said else "，或从其中一条删去它"


def _words(clashes: Iterable[Clash], alike: Alike, where: Where) -> Iterator[Fault]:
    """Words that fold away a difference somebody needs."""
    harm: dict[Taught, list[str]] = defaultdict(list)
    for clash in clashes:
        for taught in clash.because:
            places = [
                "{}（{}:{}）".format(entry.id, *where.phrasing(entry, said))
                for entry, said in ((clash.winner, clash.first), (clash.loser, clash.second))
            ]
            harm[taught].append("和 ".join(places))
    for taught, pairs in harm.items():
        problem = f"{_FIELDS[taught.field]}“{taught.word}”让不同问答的问法变成同一句：{_some(pairs)}"
        yield _of_word(taught, where, problem, "这个词去掉以后意思变了就删去它，没变就改问法")
    for group, (one, other), because in alike.blurred():
        for taught in because:
            problem = f"{_FIELDS[taught.field]}“{taught.word}”让易混词“{one}”和“{other}”分不开"
            yield _of_word(taught, where, problem, f"删去它，或把{'、'.join(group)}这一组改写")
        if not because:
            line = where.word("confusable", one)
            yield Fault("words.yaml", line, "confusable", f"“{one}”和“{other}”匹配前就成了同一个词", "换成更长的词")
    for entry, said, because in alike.speechless():
        cure = f"写出问的是哪件事；或从词表里去掉{named(because)}" if because else "写出问的是哪件事"
        reason = "去掉口头语和地名就什么也不剩" if plain(said) else "里面没有字"
        yield Fault(*where.phrasing(entry, said), f"“{said}”{reason}", cure)


def _of_word(taught: Taught, where: Where, problem: str, cure: str) -> Fault:
    return Fault("words.yaml", where.word(taught.field, taught.word), taught.field, problem, cure)


def _some(pairs: list[str], most: int = 3) -> str:
    more = f"等 {len(pairs)} 处" if len(pairs) > most else ""
    return "；".join(pairs[:most]) + more


def _looks_alike(alike: Alike, where: Where) -> Iterator[Fault]:
    near = alike.near()
    for pair in near[:_TOLD]:
        theirs = "{}:{}".format(*where.phrasing(pair.one, pair.first))
        at = where.phrasing(pair.other, pair.second)
        problem = f"“{pair.second}”和 {pair.one.id}（{theirs}）的“{pair.first}”几乎一样"
        yield Fault(*at, problem, "是一件事就合成一条；不是一件事，把问法写得更不一样")
    if len(near) > _TOLD:
        yield Fault(LEFT_OUT, 0, "question", f"另有 {len(near) - _TOLD} 对问法几乎一样", "先改上面的，再检查一次")
    for one, other in alike.twins():
        line = where.field(other.file, other.line, "answer")
        problem = f"答案和 {one.id}（{one.file}:{where.field(one.file, one.line, 'answer')}）一字不差"
        yield Fault(other.file, line, "answer", problem, "是一件事就合成一条，把问法放在一起")


def _sources(content: Content, where: Where, today: date) -> Iterator[Fault]:
    """A file's default source serves many rows and is told once."""
    told: set[Fault] = set()
    for file, line, name, source in sourced(content.entries, content.items, content.places, content.days):
        for field, problem, cure in _stale(source.expires, source.as_of, source.validity, today):
            fault = Fault(file, where.source(file, line, field) or line, field, problem, cure)
            if fault not in told:
                told.add(fault)
                yield fault if line else Fault(file, 0, field, f"{name} 的{problem}", cure)


def _stale(expires: str, as_of: str, validity: str, today: date) -> Iterator[tuple[str, str, str]]:
    if as_of > today.isoformat()[: len(as_of)]:
        yield "as_of", f"资料日期 {as_of} 还没有到", "写资料上的日期，不是生效或录入的日期"
    if not expires:
        return
    left = (date.fromisoformat(expires) - today).days
    if left < 0 and validity != "expired":
        yield "expires", f"资料 {expires} 已经过期", "换成新文件；没有新文件，把 validity 改成 expired 并改答案"
    elif 0 <= left <= SOON:
        yield "expires", f"资料 {expires} 到期，还有 {left} 天", "问一问有没有新文件"


def _spans(content: Content, where: Where, today: date) -> Iterator[Fault]:
    soon = (today + timedelta(SOON)).isoformat()
    for entry in content.entries:
        if entry.ends and entry.ends <= soon:
            line = where.field(entry.file, entry.line, "ends")
            over = entry.ends < today.isoformat()
            problem = f"{entry.id} 到 {entry.ends} 为止，{'已经不用了' if over else '快到了'}"
            yield Fault(entry.file, line, "ends", problem, "还要用就改日期，不用了就删去这一条")


def _lengths(shown: Iterable[Shown], where: Where, folded_at: int) -> Iterator[tuple[bool, Fault]]:
    for each in shown:
        size = len(each.text.encode())
        if size <= min(folded_at, LARGEST_TEXT):
            continue
        line = where.field(each.file, each.line, each.field) if each.line else where.phrase(each.field)
        if size > LARGEST_TEXT:
            problem = f"连同依据和联系方式有 {size} 字节，微信一条最多 {LARGEST_TEXT} 字节（一个汉字占 3 个）"
            yield True, Fault(each.file, line, each.field, problem, "删短，或拆成两条")
        else:
            problem = f"连同依据和联系方式有 {size} 字节，超过一次发出的 {folded_at} 字节"
            yield False, Fault(each.file, line, each.field, problem, "删短；不然对方要回复“更多”才看得到后半截")


def _borrowed(content: Content) -> Iterator[Fault]:
    if not content.borrowed:
        return
    named = "、".join(content.borrowed[:_NAMED])
    named += f" 等 {len(content.borrowed)} 句" if len(content.borrowed) > _NAMED else ""
    cure = "要改措辞，就从程序自带的 knowledge/content/phrases.yaml 抄过来改"
    yield Fault("phrases.yaml", 0, "phrases", f"没有话术 {named}，用的是程序自带的", cure)
