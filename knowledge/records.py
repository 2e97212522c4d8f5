"""Rows of a content file -> values. What is wrong in a row is noted on its file; the value is then not used."""

from __future__ import annotations

import re
from datetime import date
from typing import cast, get_args

from knowledge.entry import (
    FACTS,
    UNKNOWN,
    Aspect,
    Basis,
    Branch,
    Condition,
    Day,
    DayKind,
    Entry,
    Item,
    Mode,
    Op,
    Outside,
    Place,
    PlaceKind,
    Source,
    Status,
    Tier,
    Validity,
)
from knowledge.yamlfile import Row

LONGEST_ANSWER = 560  # WeChat cuts a text at 2,048 bytes; a Chinese character takes three, and the footer needs room
ASPECTS, STATUSES, MODES = get_args(Aspect), get_args(Status), get_args(Mode)
VALIDITIES, KINDS, DAY_KINDS = get_args(Validity), get_args(PlaceKind), get_args(DayKind)
ORDERED = ("degree", "title")  # facts that `at_least` may compare
_ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_AS_OF = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_BEFORE = re.compile(r"[1-9]\d{0,2}[dhm]( +[1-9]\d{0,2}[dhm]){0,5}", re.ASCII)
_LONGEST_NAME, _LONGEST_AUDIENCE = 64, 190  # as events are kept
_NOTHING = (UNKNOWN, "null", "~")
_SOURCE = ("document", "as_of", "owner", "validity", "quote", "url", "expires")


def entry(row: Row, topic: str, default: Row | None) -> Entry:
    made = Entry(
        id=_id(row),
        topic=topic,
        question=row.text("question"),
        aliases=row.texts("aliases"),
        answer=row.text("answer"),
        source=source(row, default),
        about=row.text("about", ""),
        aspect=cast(Aspect, row.choice("aspect", ASPECTS, "other")),
        unknown=row.texts("unknown"),
        item=row.text("item", ""),
        contact=row.text("contact", ""),
        related=row.texts("related"),
        begins=_day(row, "begins"),
        ends=_day(row, "ends"),
        file=row.file.name,
        line=row.line,
    )
    if made.begins and made.ends and made.begins > made.ends:
        row.fault("ends", f"到 {made.ends} 为止，却从 {made.begins} 才开始", "把 begins 和 ends 两个日期核对一遍")
    if len(made.answer) > LONGEST_ANSWER:
        row.fault("answer", f"回答有 {len(made.answer)} 个字，超过了 {LONGEST_ANSWER} 个", "删短，或拆成两条问答")
    row.done()
    return made


def item(row: Row, default: Row | None) -> Item:
    modes = row.texts("modes")
    for mode in modes:
        if mode not in MODES:
            row.fault("modes", f"不认识“{mode[:40]}”", f"只能写：{'、'.join(MODES)}")
    made = Item(
        id=_id(row),
        topic=row.text("topic"),
        name=row.text("name"),
        aliases=row.texts("aliases"),
        summary=row.text("summary"),
        department=row.text("department", UNKNOWN),
        status=cast(Status, row.choice("status", STATUSES)),
        status_note=row.text("status_note", ""),
        modes=cast(tuple[Mode, ...], modes),
        tiers=tuple(_tier(each) for each in row.rows("tiers")),
        conditions=row.texts("conditions"),
        materials=row.texts("materials"),
        steps=row.texts("steps"),
        where=row.text("where", UNKNOWN),
        time_limit=row.text("time_limit", UNKNOWN),
        fee=row.text("fee", UNKNOWN),
        phone=row.text("phone", UNKNOWN),
        amount=row.text("amount", UNKNOWN),
        basis=tuple(_basis(each) for each in row.rows("basis")),
        registers=row.text("registers", ""),
        source=source(row, default),
        file=row.file.name,
        line=row.line,
    )
    row.done()
    return made


def place(row: Row, default: Row | None) -> Place:
    made = Place(
        id=_id(row),
        kind=cast(PlaceKind, row.choice("kind", KINDS)),
        name=row.text("name"),
        aliases=row.texts("aliases"),
        status=cast(Status, row.choice("status", STATUSES)),
        status_note=row.text("status_note", ""),
        address=row.text("address", UNKNOWN),
        hours=row.text("hours", UNKNOWN),
        phone=row.text("phone", UNKNOWN),
        latitude=_degrees(row, "latitude", 90),
        longitude=_degrees(row, "longitude", 180),
        source=source(row, default),
        demo=row.choice("demo", ("true", "false", "yes", "no"), "false") in ("true", "yes"),
        file=row.file.name,
        line=row.line,
    )
    if (row.text("latitude", UNKNOWN) in _NOTHING) != (row.text("longitude", UNKNOWN) in _NOTHING):
        row.fault("latitude", "经纬度只写了一个", "latitude 和 longitude 两个都写，或都写 unknown")
    row.done()
    return made


def day(row: Row, default: Row | None) -> Day:
    on = _yearly(row)
    made = Day(
        id=_id(row),
        name=row.text("name"),
        aliases=row.texts("aliases"),
        month=0 if on else _whole(row, "month", 12),
        nth=0 if on else _whole(row, "nth", 5),
        weekday=0 if on else _whole(row, "weekday", 7),
        rule=row.text("rule", UNKNOWN) if on == UNKNOWN else row.text("rule"),
        confirmed=_dates(row),
        source=source(row, default),
        kind=cast(DayKind, row.choice("kind", DAY_KINDS, "day")),
        date=on,
        audience=row.text("audience", ""),
        remind=row.text("remind", "7d 1d"),
        remind_text=row.text("remind_text", ""),
        line=row.line,
    )
    if len(made.name) > _LONGEST_NAME:
        row.fault("name", f"名称有 {len(made.name)} 个字", f"最多 {_LONGEST_NAME} 个字")
    if len(made.audience) > _LONGEST_AUDIENCE:
        row.fault("audience", f"有 {len(made.audience)} 个字", f"最多 {_LONGEST_AUDIENCE} 个字")
    if len(made.remind_text) > LONGEST_ANSWER:
        row.fault("remind_text", f"有 {len(made.remind_text)} 个字，超过了 {LONGEST_ANSWER} 个", "删短")
    if not _BEFORE.fullmatch(made.remind):
        row.fault("remind", f"看不懂“{made.remind[:20]}”", "写提前多久提醒，例如 7d 1d 2h（天、小时），最多 6 个")
    row.done()
    return made


def _yearly(row: Row) -> str:
    """The field `date`: MM-DD, UNKNOWN, or "" when the day goes by month, week and weekday."""
    said = row.text("date", "")
    if said in ("", *_NOTHING):
        on = UNKNOWN if said else ""
    elif is_day(f"2027-{said}"):  # no leap year: the date must be there every year
        on = said
    else:
        row.fault("date", f"“{said[:20]}”不是每年都有的日子", "写成 11-30 这样（月-日），资料没有写就写 unknown")
        on = UNKNOWN
    for name in ("month", "nth", "weekday"):
        if on and name in row:
            row.fault(name, "已经写了 date", f"date 和 month、nth、weekday 只留一种，删去 {name}")
            row.text(name)
    return on


def outside(row: Row) -> Outside:
    made = Outside(_id(row), row.text("name"), row.text("whose"), row.texts("words"))
    if not made.words:
        row.fault("words", "缺少这一栏", "写上能认出这件事的词，例如 [社保卡, 养老保险]")
    row.done()
    return made


def source(row: Row, default: Row | None) -> Source:
    """A row's own source, field by field over the file's default."""
    own = row.row("source")
    if own is None and default is None:
        row.fault("source", "缺少这一栏", "写明出处：document、as_of、owner、validity、quote")
        return Source("", "", "", "unknown")

    def holder(name: str) -> Row:
        first, last = own or default, default or own
        return cast(Row, first if first and name in first else last)

    as_of = holder("as_of").text("as_of")
    if as_of and not is_as_of(as_of):
        holder("as_of").fault("as_of", f"“{as_of[:20]}”不是日期", "写成 2022、2022-12 或 2022-12-31")
    made = Source(
        document=holder("document").text("document"),
        as_of=as_of,
        owner=holder("owner").text("owner"),
        validity=cast(Validity, holder("validity").choice("validity", VALIDITIES)),
        quote=holder("quote").text("quote", ""),
        url=holder("url").text("url", ""),
        expires=_day(holder("expires"), "expires"),
    )
    for each in (own, default):
        if each is not None:
            each.done(also=_SOURCE)
    return made


def is_as_of(said: str) -> bool:
    """Whether a text is a year, a month or a day that the calendar has."""
    return bool(_AS_OF.fullmatch(said)) and is_day(said + "-01-01"[len(said) - 4 :])


def is_day(said: str) -> bool:
    """Whether a text is a day, written YYYY-MM-DD."""
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def _day(row: Row, name: str) -> str:
    """The field's day, or "" when it names none."""
    said = row.text(name, "")
    if said in _NOTHING:
        return ""
    if said and not is_day(said):
        row.fault(name, f"“{said[:20]}”不是日期", "写成 2027-12-31 这样，或删去这一栏")
        return ""
    return said


def _id(row: Row) -> str:
    said = row.text("id")
    if said and not _ID.fullmatch(said):
        row.fault("id", f"“{said[:40]}”不能作编号", "只用小写英文字母、数字、点和下划线，例如 allowance.who")
    return said


def _tier(row: Row) -> Tier:
    made = Tier(_id(row), row.text("name"), row.text("note", ""), tuple(_branch(each) for each in row.rows("any")))
    if not made.any:
        row.fault("any", "缺少这一栏", "写上至少一种符合的情形；没有条件就删去整个 tiers")
    row.done()
    return made


def _branch(row: Row) -> Branch:
    made = Branch(row.text("name"), tuple(_condition(each) for each in row.rows("all")), row.text("clause", ""))
    if not made.all:
        row.fault("all", "缺少这一栏", "写上这种情形的条件，例如 [{fact: degree, at_least: master}]")
    row.done()
    return made


def _condition(row: Row) -> Condition:
    fact = row.choice("fact", tuple(FACTS))
    op: Op = "at_least" if "at_least" in row else "is"
    if op == "at_least" and fact not in ORDERED:
        row.fault("at_least", f"{fact} 没有高低之分", f"改成 is；at_least 只用于 {'、'.join(ORDERED)}")
    value = row.choice(op, FACTS.get(fact, ()))
    row.done(also=("at_least", "is"))
    return Condition(fact, op, value)


def _basis(row: Row) -> Basis:
    made = Basis(row.text("document"), row.text("number", UNKNOWN))
    row.done()
    return made


def _degrees(row: Row, name: str, limit: int) -> float | None:
    said = row.text(name, UNKNOWN)
    if said in _NOTHING:
        return None
    try:
        value = float(said)
    except ValueError:
        value = float("nan")
    if not -limit <= value <= limit:
        row.fault(name, f"“{said[:20]}”不是经纬度", f"写成 -{limit} 到 {limit} 之间的小数，不知道就写 unknown")
        return None
    return value


def _whole(row: Row, name: str, most: int) -> int:
    said = row.text(name)
    if not said:
        return 1
    if not (said.isascii() and said.isdigit() and len(said) <= 4 and 1 <= int(said) <= most):
        row.fault(name, f"“{said[:20]}”不对", f"写 1 到 {most} 之间的整数")
        return 1
    return int(said)


def _dates(row: Row) -> dict[int, str]:
    """Year -> the confirmed date in that year."""
    found: dict[int, str] = {}
    given = row.row("confirmed")
    for year in given.names() if given else ():
        said = given.text(year) if given else ""
        try:
            fits = str(date.fromisoformat(said).year) == year
        except ValueError:
            fits = False
        if fits:
            found[int(year)] = said
        elif given and said:
            given.fault(year, f"“{said[:20]}”不是 {year} 年的日期", f"写成 {year}: {year}-06-21 这样")
    return found
