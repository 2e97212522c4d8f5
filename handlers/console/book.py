"""Workbooks that only hold values: what looks like a formula or an address stays the text it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import NamedTuple
from urllib.parse import quote

from flask import Response

from bot.private import masked
from handlers.console.filters import moment
from models.reports import Line, Rate, Report
from models.ticket import CARD_NAMES, KIND_NAMES, RATING_NAMES, SOURCE_NAMES, URGENCY_NAMES, Ticket

_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
Value = str | int | float | None


class Sheet(NamedTuple):
    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Value]]


def answer(name: str, sheets: Iterable[Sheet]) -> Response:
    """To be saved as `name`.xlsx."""
    response = Response(made(sheets), content_type=_MIME)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"report.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def made(sheets: Iterable[Sheet]) -> bytes:
    import xlsxwriter  # few ask for a workbook, and every start would load it

    body = BytesIO()
    with xlsxwriter.Workbook(body, _PLAIN) as workbook:
        bold = workbook.add_format({"bold": True})
        for sheet in sheets:
            page = workbook.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.set_column(0, max(len(sheet.heads) - 1, 0), 16)
            page.write_row(0, 0, sheet.heads, bold)
            for number, row in enumerate(sheet.rows, 1):
                page.write_row(number, 0, ["" if value is None else value for value in row])
    return body.getvalue()


_HEADS = ("", "工单", "按时响应", "应响应", "响应率", "按时解决", "应解决", "解决率", "满意", "评价", "满意率")


def of_report(report: Report, levels: Mapping[int, str]) -> list[Sheet]:
    bot = report.bot
    parts = {"答上": bot.answered, "给选择": bot.asked, "没答上": bot.unknown, "不归本区": bot.outside}
    return [
        Sheet("按单位", ("单位", *_HEADS[1:]), map(_line, [*report.by_unit, report.total])),
        Sheet("按类别", ("类别", *_HEADS[1:]), map(_line, [*report.by_kind, report.total])),
        Sheet("按时间", ("时间", *_HEADS[1:]), map(_line, [*report.by_time, report.total])),
        Sheet("来源", ("来源", "工单"), report.sources.items()),
        Sheet("评价", ("评价", "次数"), [(levels[level], count) for level, count in report.ratings.items()]),
        Sheet("机器人", ("结果", "问题"), [*parts.items(), ("其中转了工单", bot.ticketed)]),
    ]


def _line(line: Line) -> list[Value]:
    rates = [value for rate in (line.responded, line.resolved, line.satisfied) for value in _rate(rate)]
    return [line.name, line.tickets, *rates]


def _rate(rate: Rate) -> list[Value]:
    return [rate.good, rate.all, None if rate.share is None else round(rate.share, 4)]


_TICKET_HEADS = (
    *("编号", "标题", "类别", "来源", "紧急程度", "状态", "主办", "经办人", "黄红牌", "督办"),
    *("建立", "首次答复", "最终答复", "办结", "办理期限", "评价", "评价的话", "演示"),
)


def of_tickets(tickets: Iterable[Ticket], names: Mapping[int, str], unit: Callable[[str], str]) -> Sheet:
    """One a row. Numbers of telephones and cards in what people wrote are masked; contacts are left out."""
    return Sheet("工单", _TICKET_HEADS, (_ticket(each, names, unit) for each in tickets))


def _ticket(ticket: Ticket, names: Mapping[int, str], unit: Callable[[str], str]) -> list[Value]:
    subject = "（保密）" if ticket.confidential else masked(ticket.subject)
    words = "" if ticket.confidential else masked(ticket.rating_words)
    kind, source, urgency = KIND_NAMES[ticket.kind], SOURCE_NAMES[ticket.source], URGENCY_NAMES[ticket.urgency]
    who = [unit(ticket.unit), names.get(ticket.assignee or 0, ""), CARD_NAMES[ticket.card]]
    moments = (ticket.created_at, ticket.first_at, ticket.resolved_at, ticket.closed_at, ticket.resolve_due)
    rating = RATING_NAMES[ticket.rating] if ticket.rating else ""
    said = [rating, words, "演示" if ticket.demo else ""]
    flags = ["督办" if ticket.supervised else ""]
    return [
        ticket.number,
        subject,
        kind,
        source,
        urgency,
        ticket.state_name,
        *who,
        *flags,
        *map(moment, moments),
        *said,
    ]
