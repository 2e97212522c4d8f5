"""After the hotline's answer: rating it (好差评), and having it worked on again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from bot import contact
from bot.conversation import Context
from bot.private import masked
from bot.reply import Turn
from bot.telling import RATE
from handlers.chat import answered, choices, commands
from handlers.chat.contact import contact_in
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import NotKnown, Sure
from knowledge.text import plain
from models import question
from models.desk import BadMove, NoSuchTicket
from models.desk_after import WORDS
from models.ticket import LOW, RATING_NAMES, Ticket

_TAP = re.compile(rf"{RATE}:(T\d{{8}}-\d{{4,8}}):([1-5])", re.ASCII)
_AROUND = (
    "我 对 这个 这次 你们 的 答复 回复 工单 服务 处理 办理 结果 很 是 觉得 感觉 了 啊 吧 呢 谢谢 评价 打 给 选 挺 还 就"
)
_LEVELS = {
    5: Saying("非常满意 特别满意 十分满意 很满意 太满意了 最满意 五星 满分 五星好评", _AROUND),
    4: Saying("满意 比较满意 挺满意 四星", _AROUND),
    3: Saying("基本满意 一般 一般般 还行 还可以 马马虎虎 三星", _AROUND),
    2: Saying("不满意 不太满意 不是很满意 不怎么满意 两星 二星", _AROUND),
    1: Saying("非常不满意 很不满意 特别不满意 十分不满意 极不满意 一星 差评", _AROUND),
}
_STARS = re.compile(r"(?:我|给|打|评|评价|评分|打分)*([1-5]|[一二两三四五])个?(?:分|星|颗星|颗)(?:好评)?(?:吧|了)?")
_COMMENTS = ("faq", "praise", "rude", "useful", "useless", "several", "instead", "follow-up")
_INVITED_FOR = timedelta(days=7)
_RATE = Saying(
    "评价 打分 评分 评价一下 打个分 我要评价 评价工单 工单评价 评价服务 服务评价 评价答复 给工单打分 好差评",
    "我 要 想 来 给 对 这次 一下 请 吧 这个 的 您 你们 热线",
)
_PLAINLY = Saying("评价工单 工单评价 给工单打分 评价答复 评价热线 好差评", "我 要 想 来 给 对 这次 一下 请 吧 这个 的")
_AGAIN = Saying(
    """重办 重新办 重新办理 要求重办 申请重办 再办一次 重新处理 再处理一下 重新受理 重开工单 重新打开工单""",
    "我 要 想 请 帮我 这个 那个 工单 给我 再 吧 一下 要求 申请 的 麻烦",
)
_UNSOLVED = Saying(
    """没解决 没有解决 还没解决 还没有解决 问题没解决 问题还在 没办好 没办成 没办 没给办 没有办好 根本没解决 没落实
    没兑现 还是没到账 还没到账 没有结果 不是这么回事 事情没办""",
    "我 的 问题 事 事情 这 这个 根本 还是 并 都 也 啊 呀 吧 呢 嘛 了 完全 到现在 现在 工单 依然 仍然",
)
_QUESTION = re.compile(r"[?？]|[吗么]\s*$|哪|怎么|什么|多少|能不能|可不可以|有没有")
_UNTOLD = re.compile(r"没有?(?:跟我|给我|和我|对我)?(?:说|讲|写|告诉|回答|答|提)\S{0,6}?(?:哪|怎么|什么|多少)")
_NOTHING = Saying("没有 无 没了 没什么 就这些 不用 没有了 没有要说的 没啥说的 不说了", "我 了 的 吧 啊 就 谢谢")


def is_tap(context: Context) -> bool:
    return _TAP.fullmatch(context.message.menu_id) is not None


def tap(context: Context) -> Turn:
    """A line of an invitation, tapped at whatever time: where the talk stands stays as it is."""
    found = _TAP.fullmatch(context.message.menu_id)
    turn = _rate(context, found[1], int(found[2])) if found else Turn(context.say("serve.none"))
    if not context.state or context.state.startswith("serve:"):
        return turn
    return Turn(turn.reply, context.state, context.data, turn.recall, turn.note)


def is_rating(context: Context) -> bool:
    """评价, where there is a ticket to rate; 评价工单 always."""
    said = commands.said(context)
    return _PLAINLY.fits(said) or (_RATE.fits(said) and bool(answered.to_rate(context)))


def is_level(context: Context) -> bool:
    """满意, 3分, where there is a ticket to rate and nothing was asked since its answer; 不满意 may be of the bot."""
    level = _level(context)
    if level is None or not (found := answered.to_rate(context)):
        return False
    return not _asked_since(context, found[0])


def is_number(context: Context) -> bool:
    """A bare 1 to 5, while an invitation is fresh."""
    number = choices.number(context.text) if context.message.kind == "text" else None
    found = answered.to_rate(context) if number in RATING_NAMES else []
    if not found or found[0].invited_at is None or context.now - found[0].invited_at > _INVITED_FOR:
        return False
    return not _asked_since(context, found[0])


def rate(context: Context) -> Turn:
    found = answered.to_rate(context)
    if not found:
        return Turn(context.say("serve.none"), note="nothing to rate")
    return answered.ask_rating(context, answered.meant(context, found))


def level(context: Context) -> Turn:
    given = _level(context)
    ticket = answered.meant(context, answered.to_rate(context))
    return answered.ask_rating(context, ticket) if given is None else _rate(context, ticket.number, given)


def number(context: Context) -> Turn:
    """A low one is asked about first: some mean the first of the list."""
    given = choices.number(context.text) or 0
    ticket = answered.meant(context, answered.to_rate(context))
    if given not in LOW:
        return _rate(context, ticket.number, given)
    reply = context.say("serve.sure", number=ticket.number, stars=given, name=RATING_NAMES[given])
    return Turn(reply, "serve:sure", {"number": ticket.number, "stars": given}, note="sure?")


def sure(context: Context) -> Turn | None:
    if commands.is_yes(context.text):
        return _rate(context, str(context.data["number"]), int(context.data["stars"]))
    given = _level(context) or choices.number(context.text)
    if given in RATING_NAMES:
        return _rate(context, str(context.data["number"]), given)
    return Turn(context.say("serve.not_rated"), note="not rated") if commands.is_no(context.text) else None


def take_rating(context: Context) -> Turn | None:
    given = _level(context) or choices.number(context.text)
    if given is None:
        return None
    if given not in RATING_NAMES:
        return Turn(context.say("serve.which_level"), context.state, context.data, note="level?")
    return _rate(context, str(context.data["number"]), given)


class Words:
    """`route_of` names what would answer a message otherwise: only what nobody takes is a comment."""

    def __init__(self, route_of: Callable[[Context], str]) -> None:
        self._route_of = route_of

    def take(self, context: Context) -> Turn | None:
        """What they say to the rating they just gave."""
        if _NOTHING.fits(commands.said(context)) or commands.is_no(context.text):
            return Turn(context.say("serve.done"), note="no words")
        ticket = context.desk.theirs(context.openids, str(context.data["number"]))
        if is_unsolved(context) or not self._is_comment(context, ticket):
            return None
        return _commented(context, ticket)

    def take_number(self, context: Context) -> Turn | None:
        """Where to ring somebody up who rated low; or their words."""
        given = contact_in(context.text)
        if given is None and not contact.is_broken_number(context.text):
            return self.take(context)
        if given is None:
            return Turn(context.say("ticket.broken_number"), context.state, context.data)
        after = context.desk.follower(context.desk.theirs(context.openids, str(context.data["number"])))
        if not given or after is None or not after.is_open:
            return Turn(context.say("serve.by_wechat"), "serve:words", context.data, note="no number")
        context.needs_number()
        context.desk.reach(after, given, now=context.now)
        reply = context.say("serve.number_kept", contact=contact.masked(given))
        return Turn(reply, "serve:words", context.data, note="number")

    def _is_comment(self, context: Context, ticket: Ticket) -> bool:
        """Who is not content tells what is wrong, and the bot may well know something about that."""
        if len(plain(context.text)) < 2 or _is_question(context, ticket):
            return False
        known = context.ask()
        if ticket.rating is not None and ticket.rating not in LOW and isinstance(known, Sure):
            return False
        if context.data.get("more") and not isinstance(known, NotKnown):
            return False  # they have said what is wrong
        return self._route_of(context) in _COMMENTS


def _is_question(context: Context, ticket: Ticket) -> bool:
    """没说哪个窗口, 你们怎么办事的: who is not content asks so too, and the bot has nothing to say to that."""
    if not _QUESTION.search(context.text):
        return False
    if ticket.rating is not None and ticket.rating not in LOW:
        return True
    return not isinstance(context.ask(), NotKnown) and not _UNTOLD.search(context.text)


def _commented(context: Context, ticket: Ticket) -> Turn:
    """What a low one is about goes to whoever puts it right, and so does what they say next."""
    try:
        told = context.desk.remark(ticket, masked(context.text)[:WORDS], now=context.now)
    except BadMove:
        return Turn(context.say("serve.done"), note="words too late")
    reply, note = context.say("serve.commented"), f"comment {ticket.number}"
    if not told:
        return Turn(reply, note=note)
    return Turn(reply, "serve:words", {"number": ticket.number, "more": True}, note=note)


def is_unsolved(context: Context) -> bool:
    """没解决, 重办 of a ticket; the former is of the bot's answer when something was asked since."""
    said = commands.said(context)
    again = _AGAIN.fits(said)
    if not again and not _UNSOLVED.fits(said):
        return False
    found = answered.done(context)
    return bool(found) and (again or not _asked_since(context, found[0]))


def unsolved(context: Context) -> Turn:
    return answered.ask_again(context, answered.meant(context, answered.done(context)))


def take_again(context: Context) -> Turn | None:
    """是 alone will do; else what they say is why."""
    if commands.is_no(context.text) or choices.is_none(context.text):
        return Turn(context.say("serve.not_again"), note="not again")
    if _QUESTION.search(context.text) and isinstance(context.ask(), Sure):
        return None  # a matter of its own
    is_bare = commands.is_yes(context.text) or is_unsolved(context) or _UNSOLVED.fits(commands.said(context))
    known = context.desk.unseal(str(context.data["why"])) if context.data.get("why") else ""
    why = "\n".join(filter(None, (known, "" if is_bare else masked(context.text))))
    ticket = context.desk.theirs(context.openids, str(context.data["number"]))
    try:
        context.desk.reopen(ticket, "talent", why, now=context.now)
    except BadMove as fault:
        return Turn(context.say("serve.cannot_again", number=ticket.number, status=fault.state_name))
    until = context.desk.telling.until(ticket)
    reply = context.say("serve.again", number=ticket.number, until=until)
    return Turn(reply, recall={"ticket": ticket.number}, note=f"reopened {ticket.number}")


def remind_again(context: Context) -> str:
    return context.phrase("serve.remind_again", number=context.data["number"])


def _rate(context: Context, ticket_number: str, given: int) -> Turn:
    try:
        ticket = context.desk.theirs(context.openids, ticket_number)
        context.desk.rate(ticket, given, "", now=context.now)
    except NoSuchTicket:
        return Turn(context.say("progress.not_found"), note="no such ticket")
    except BadMove:
        return _not_now(context, ticket)
    note, data = f"rated {given} {ticket.number}", {"number": ticket.number}
    if given not in LOW:
        reply = context.say("serve.thanks", number=ticket.number, name=RATING_NAMES[given])
        return Turn(reply, "serve:words", data, {"ticket": ticket.number}, note)
    return _sorry(context, ticket, given, note)


def _sorry(context: Context, ticket: Ticket, given: int, note: str) -> Turn:
    """Somebody else looks into it and rings up."""
    after = context.desk.follower(ticket)
    known = (context.desk.readable(after.contact) or "") if after is not None else ""
    how = context.phrase("serve.ring" if known else "serve.ring_where", contact=contact.masked(known))
    reply = context.say("serve.sorry", number=ticket.number, name=RATING_NAMES[given], how=how)
    state = "serve:words" if known else "serve:number"
    return Turn(reply, state, {"number": ticket.number}, {"ticket": ticket.number}, note)


def _not_now(context: Context, ticket: Ticket) -> Turn:
    if ticket.rating is not None:
        reply = context.say("serve.rated", number=ticket.number, name=RATING_NAMES[ticket.rating])
        return Turn(reply, recall={"ticket": ticket.number}, note="rated already")
    return Turn(context.say("serve.not_answered", number=ticket.number), note="not answered")


def _level(context: Context) -> int | None:
    said = commands.said(context)
    stars = _STARS.fullmatch(said)
    if stars:
        return choices.number(stars[1])
    return next((level for level in (1, 5, 3, 2, 4) if _LEVELS[level].fits(said)), None)


def _asked_since(context: Context, ticket: Ticket) -> bool:
    """Whether the last question to the bot came after the answer: then a verdict is on the bot's."""
    asked = question.asked_at(context.unit, context.asked) if context.asked else None
    return asked is not None and ticket.resolved_at is not None and asked > ticket.resolved_at


def steps(route_of: Callable[[Context], str]) -> dict[str, Step]:
    words = Words(route_of)
    return {
        "serve:rating": Step(take_rating),
        "serve:sure": Step(sure),
        "serve:words": Step(words.take),
        "serve:number": Step(words.take_number),
        "serve:again": Step(take_again, remind_again, light=True, put_aside="flow.put_aside_again"),
    }
