"""A person's own tickets: finding them, their state, adding to them, withdrawing them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from bot import reply as replies
from bot.conversation import Context
from bot.private import masked
from bot.reply import Text, Turn
from bot.standing import is_answered
from bot.telling import day
from handlers.chat import answered, attaching, choices, commands, standing
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.text import plain
from models.desk import BadMove, NoSuchTicket
from models.ticket import Ticket

_NUMBER = re.compile(r"(?<![0-9a-z])[t丁]?\s*(20\d{6})\s*[-—–_－号第 ]*\s*(\d{4})(?!\d)", re.IGNORECASE)
_SHORT_NUMBER = re.compile(r"(?:第|编号)?\s*0{0,3}([1-9]\d{0,3})\s*号?的?工单|工单号?\s*0{0,3}([1-9]\d{0,3})\s*号?$")
_LIST = Saying(
    """我的工单 查工单 查询工单 工单查询 工单进度 查工单进度 查进度 查询进度 进度查询 进度 看进度 工单列表
    历史工单 我提交的工单 查看工单 工单状态 工单处理进度 工单到哪一步 我的进度 查看进度 工单怎么样
    工单处理得怎么样 我的工单怎么样 工单有回复 工单有结果""",
    """我 的 想 要 查 查看 帮我 请 麻烦 一下 了 吗 呢 到哪 到哪了 处理 怎么样 怎么样了 看看 看 在哪 怎么 之前 提交 那个
    有没有 结果 回复 没 办 得""",
)
_ADD = re.compile(
    r"\s*(?:我要|我想|想|要)?补充(?:一下|说明|一点|内容|材料|工单)?(?:[：:，,。\s]+(?P<more>.+)|[：:，,。\s]*)",
    re.DOTALL,
)
_WITHDRAW = Saying(
    """撤销工单 取消工单 撤回工单 撤单 撤销 撤回 不用处理了 删除工单 关闭工单""",
    """我 要 想 帮我 请 把 刚才
        刚才的 的 那个 这个 吧 了 一下 我的""",
)
_SHOWN = 5
_OPEN = ("add", "withdraw")


def is_number(context: Context) -> bool:
    return _is_named(context) and not is_withdraw(context)


def is_list(context: Context) -> bool:
    return _LIST.fits(commands.said(context))


def is_add(context: Context) -> bool:
    """“补充 ……” means the ticket only to people who have one; “补充” alone, also to those who had one."""
    found = _ADD.fullmatch(context.text)
    if found is None:
        return False
    if found["more"]:
        return bool(attaching.open_tickets(context) or answered.done(context))
    return bool(context.desk.listed(context.openids, limit=1))


def is_withdraw(context: Context) -> bool:
    """撤销工单, also with its number: 撤销 T20261123-0001."""
    if context.message.kind not in ("text", "voice"):
        return False
    text = unicodedata.normalize("NFKC", context.text)
    return any(_WITHDRAW.fits(plain(each)) for each in (text, _NUMBER.sub("", text), _SHORT_NUMBER.sub("", text)))


def is_dropping(context: Context) -> bool:
    """撤销工单 that names none: while one is being written, it is that one."""
    return _WITHDRAW.fits(commands.said(context))


def by_number(context: Context) -> Turn:
    ticket = _named(context)
    if ticket is None:
        return Turn(context.say("progress.not_found"), note="no such ticket")
    return show(context, ticket)


def mine(context: Context) -> Turn:
    tickets = context.desk.listed(context.openids, limit=_SHOWN)
    if not tickets:
        return Turn(context.say("progress.none"), note="no tickets")
    if len(tickets) == 1:
        return show(context, tickets[0])
    rows = choices.listed([_title(context, ticket) for ticket in tickets])
    data = {"numbers": [ticket.number for ticket in tickets]}
    return Turn(context.say("progress.list", tickets=rows), state="progress:list", data=data, note="tickets")


def show(context: Context, ticket: Ticket) -> Turn:
    """How it stands. A merged one leads to the one it goes on in."""
    stands = standing.of(context)
    into = stands.into(ticket)
    if into is not None:
        shown = show(context, into)
        line = context.phrase("progress.is_merged", number=ticket.number, into=into.number)
        return replace(shown, reply=Text(f"{line}\n\n{replies.as_text(shown.reply)}"))
    added, said, until = standing.additions(context, ticket), standing.told(context, ticket), ""
    if line := stands.until(ticket):
        until = context.phrase("progress.until", until=line)
    reply = context.phrase(
        "progress.one",
        number=ticket.number,
        subject=ticket.subject,
        status=stands.status(ticket),
        at=day(ticket.created_at),
        added=context.phrase("progress.added_count", count=added) if added else "",
        until=f"\n{until}" if until else "",
    )
    parts = [reply, standing.listed(context, said[-1:])]
    options = _options(context, ticket, len(said))
    if not options:
        text = "\n".join(filter(None, parts))
        return Turn(Text(text), recall=_forgotten(context, ticket.number), note=ticket.number)
    rows = choices.listed([context.phrase(f"progress.may_{each}", count=len(said)) for each in options])
    data, recall = {"number": ticket.number, "options": options}, {"ticket": ticket.number}
    return Turn(Text("\n".join(filter(None, [*parts, rows]))), "progress:one", data, recall, ticket.number)


def _options(context: Context, ticket: Ticket, said: int) -> list[str]:
    """What can be done with it, by number."""
    found = ["add", "withdraw"] if ticket.is_open else []
    if is_answered(ticket, context.now) and not standing.of(context).held(ticket):
        found += ["again"] + (["rate"] if ticket.rating is None else [])
    return [*found, "all"] if said > 1 else found


def pick(context: Context) -> Turn | None:
    numbers = [str(number) for number in context.data["numbers"]]
    at = choices.pick(context.text, numbers)
    if at is not None:
        return show(context, context.desk.theirs(context.openids, numbers[at]))
    if choices.number(context.text) is not None:
        return Turn(context.say("choice.no_such", most=len(numbers)), context.state, context.data)
    return None


def one(context: Context) -> Turn | None:
    """After one ticket was shown: what stands beside the number."""
    number, options = choices.number(context.text), [str(each) for each in context.data.get("options", _OPEN)]
    if number is None or not 1 <= number <= len(options):
        return None
    ticket, option = context.desk.theirs(context.openids, str(context.data["number"])), options[number - 1]
    if option == "add":
        return _ask_more(context, ticket.number)
    if option == "withdraw":
        return _confirm(context, ticket.number)
    if option == "again":
        return answered.ask_again(context, ticket)
    return answered.ask_rating(context, ticket) if option == "rate" else _all(context, ticket)


def _all(context: Context, ticket: Ticket) -> Turn:
    """The hotline's replies, to be read again."""
    said = standing.listed(context, standing.told(context, ticket))
    return Turn(Text(said), recall={"ticket": ticket.number}, note=ticket.number)


def add(context: Context) -> Turn:
    found = _ADD.fullmatch(context.text)
    more = (found.group("more") or "" if found else "").strip()
    if not attaching.open_tickets(context):
        return _add_to_answered(context, more) or Turn(context.say("progress.none_open"), note="no open ticket")
    ticket = _current(context)
    if not more:
        return _ask_more(context, ticket.number)
    return _add(context, ticket, more)


def _add_to_answered(context: Context, more: str) -> Turn | None:
    """Kept with the answer, for whoever gave it to see; whether it is to be worked on again is asked."""
    found = answered.done(context)
    if not found or not more:
        return answered.offer_again(context)
    ticket = answered.meant(context, found)
    try:
        context.desk.add(ticket, masked(more), now=context.now)
    except BadMove:  # closed: only another round takes more
        return answered.ask_again(context, ticket, masked(more))
    turn = answered.ask_again(context, ticket, masked(more), "progress.added_late")
    return replace(turn, note=f"added {ticket.number}")


def take_more(context: Context) -> Turn | None:
    ticket = context.desk.theirs(context.openids, str(context.data["number"]))
    if context.message.media_id and not context.text:
        return attaching.attach(context, ticket.number, context.message.kind, context.message.media_id)
    return _add(context, ticket, context.text)


def offered(context: Context) -> Turn | None:
    """After “shall I add this to your ticket?”"""
    if not commands.is_yes(context.text):
        return None
    ticket = context.desk.theirs(context.openids, str(context.data["number"]))
    return _add(context, ticket, context.desk.unseal(str(context.data["text"])))


def withdraw(context: Context) -> Turn:
    if _is_named(context):
        ticket = _named(context)
        if ticket is None:
            return Turn(context.say("progress.not_found"), note="no such ticket")
        if not ticket.is_open:
            return Turn(context.say("progress.too_late", number=ticket.number, status=ticket.state_name))
        return _confirm(context, ticket.number)
    tickets = attaching.open_tickets(context)
    if not tickets:
        return Turn(context.say("progress.none_open"), note="no open ticket")
    return _confirm(context, _current(context).number)


def confirmed(context: Context) -> Turn | None:
    if commands.is_yes(context.text) or choices.number(context.text) == 1:
        ticket = context.desk.theirs(context.openids, str(context.data["number"]))
        try:
            context.desk.withdraw(ticket, now=context.now)
        except BadMove as fault:
            return Turn(context.say("progress.too_late", number=ticket.number, status=fault.state_name))
        reply = context.say("progress.withdrawn_now", number=ticket.number)
        return Turn(reply, recall=_forgotten(context, ticket.number), note=f"withdrawn {ticket.number}")
    if commands.is_no(context.text) or choices.number(context.text) is not None:
        return Turn(context.say("progress.kept", number=context.data["number"]))
    return None


def _forgotten(context: Context, number: str) -> dict[str, None]:
    """A withdrawn ticket is nothing to go on with."""
    return {"ticket": None} if context.recall.get("ticket") == number else {}


def _add(context: Context, ticket: Ticket, more: str) -> Turn:
    try:
        context.desk.add(ticket, more, now=context.now)
    except BadMove as fault:
        return Turn(context.say("progress.too_late", number=ticket.number, status=fault.state_name))
    reply = context.say("progress.added", number=ticket.number)
    return Turn(reply, recall={"ticket": ticket.number}, note=f"added {ticket.number}")


def _ask_more(context: Context, number: str) -> Turn:
    return Turn(context.say("progress.ask_more", number=number), state="progress:more", data={"number": number})


def _confirm(context: Context, number: str) -> Turn:
    ticket = context.desk.theirs(context.openids, number)
    reply = context.say("progress.confirm", number=number, subject=ticket.subject)
    return Turn(reply, state="progress:withdraw", data={"number": number})


def _current(context: Context) -> Ticket:
    """The ticket just talked about, else the newest open one."""
    tickets = attaching.open_tickets(context)
    return next((ticket for ticket in tickets if ticket.number == context.recall.get("ticket")), tickets[0])


def _is_named(context: Context) -> bool:
    text = unicodedata.normalize("NFKC", context.text)
    return bool(_NUMBER.search(text) or _SHORT_NUMBER.search(text))


def _named(context: Context) -> Ticket | None:
    text = unicodedata.normalize("NFKC", context.text)
    full = _NUMBER.search(text)
    if full:
        try:
            return context.desk.theirs(context.openids, f"T{full.group(1)}-{full.group(2)}")
        except NoSuchTicket:
            return None
    short = _SHORT_NUMBER.search(text)
    ending = f"-{int(short.group(1) or short.group(2)):04d}" if short else ""
    return next(
        (ticket for ticket in context.desk.listed(context.openids, limit=50) if ticket.number.endswith(ending)), None
    )


def _title(context: Context, ticket: Ticket) -> str:
    return f"{ticket.number} {ticket.subject}（{standing.of(context).name(ticket)}）"


STEPS = {
    "progress:list": Step(pick),
    "progress:one": Step(one),
    "progress:offered": Step(offered, by_word=True),
    "progress:more": Step(
        take_more,
        lambda context: context.phrase("progress.remind_more"),
        kinds=frozenset({"text", "voice", "image", "video"}),
    ),
    "progress:withdraw": Step(confirmed),
}
