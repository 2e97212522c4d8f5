"""Opening a ticket: subject, detail, call-back contact, number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from bot import contact, matter
from bot.conversation import ASKED, Context, learnt_of
from bot.message import Kind
from bot.private import masked
from bot.reply import Text, Turn
from handlers import duty
from handlers.chat import choices, citing, commands
from handlers.chat.contact import contact_in, refuses
from handlers.chat.saying import Saying
from handlers.chat.steps import Step, Take
from knowledge.facts import read_facts
from knowledge.text import bigrams, plain
from models.desk import NewTicket

_SHORTEST = 2
_MOST_MEDIA = 9
_OPEN = Saying(
    "工单 提工单 提交工单 开工单 建工单 提个工单 开个工单 提一个工单 转工单 留言",
    "我 要 想 帮我 请 麻烦 给我 直接 那 那就 好 好的 新 再 来 一 吧 了 啊 谢谢 转",
)
_ANOTHER_MATTER = Saying(
    """投诉 举报 提意见 提建议 提个建议 反映问题 反映情况 反映一个情况 反映个问题 反馈 反馈问题 反馈情况
    提交问题 提问题""",
    "我 要 想 请 麻烦 帮我 给我 一下 一个 个 有 吧 了 啊 谢谢",
)
_OPEN_WITH = re.compile(
    r"\s*(?:转人工|找人工|人工|提交工单|提工单|工单|留言)(?:客服|服务)?[，,：:。\s]+(?P<about>.{4,})", re.DOTALL
)
_ANOTHER = Saying(
    """换 换一个 换个 改 改一下 换主题 换个主题 换一个主题 换问题 改主题 重写 不是这个""",
    """我要
    我想 吧 主题 问题""",
)
_NOTHING_TO_ADD = Saying(
    """无 没 没有 没了 没有补充 没啥补充 不用 不用补充 就这些 就这样 提交 跳过 略 完了 说完了 同上 如题
    直接提交""",
    """就
        都 了 吧 的 啦 谢谢""",
)
_POLITE = Saying("谢谢 好 好的 嗯 哦 行 可以 在吗 在不在 有人吗 你好 您好 喂 ok", "您 你 你们 了 啊 吧 的")
_MORE = re.compile(r"\s*补充(?:一下|说明|一点)?[：:，,。\s]+(?P<more>.+)", re.DOTALL)
_ASKS = re.compile(r"[?？吗]|怎么|什么|多少|哪|能不能|可不可以|为什么|想问|咨询|反映")


def is_wanted(context: Context) -> bool:
    return _OPEN.fits(commands.said(context))


def is_another_matter(context: Context) -> bool:
    return _ANOTHER_MATTER.fits(commands.said(context))


def is_wanted_with_question(context: Context) -> bool:
    return _OPEN_WITH.match(context.text) is not None


def start(context: Context) -> Turn:
    """The question that led here is the subject, so that nobody has to type it twice."""
    step = STEPS.get(context.state)
    if step and step.ask:
        reply = f"{context.phrase('ticket.already')}\n{step.ask(context)}"
        return Turn(Text(reply), context.state, context.data, note="ticket under way")
    return _begin(context, str(context.recall.get("question", "")), led=True)


def start_with_question(context: Context) -> Turn:
    found = _OPEN_WITH.match(context.text)
    return _begin(context, found.group("about").strip() if found else "")


def start_anew(context: Context) -> Turn:
    """A complaint or an idea: what was asked before has nothing to do with it."""
    data = {"kind": matter.kind_of(context.text)}
    return Turn(context.say("ticket.ask_subject"), state="ticket:subject", data=data)


def offered(context: Context) -> Turn | None:
    """After “reply 工单 and I pass it on”."""
    if commands.is_yes(context.text) or is_wanted(context) or plain(context.text) == "转":
        return _begin(context, str(context.data.get("subject", "")), led=True)
    if commands.is_no(context.text):
        return Turn(context.say("ticket.not_now"), note="no ticket")
    return None


def _begin(context: Context, question: str, *, led: bool = False) -> Turn:
    """`led`: the question was asked before, and may not be what the ticket is to be about."""
    draft = _led_here(context) if question and question == context.recall.get("question") else {}
    if not question:
        return Turn(context.say("ticket.ask_subject"), state="ticket:subject", data=draft)
    told, kept = _without_number(context, question, draft)
    subject = matter.summary(told)
    reply = context.say("ticket.begin_with", subject=subject)
    return Turn(reply, state="ticket:detail", data={**kept, "subject": subject, "told": told, "led": led})


def _led_here(context: Context) -> dict[str, Any]:
    """What was offered on the question, for whoever answers the ticket."""
    asked = {ASKED: context.recall[ASKED]} if context.recall.get(ASKED) else {}
    if context.recall.get(citing.NUMBER):
        asked["guess"] = context.recall[citing.NUMBER]
    return {"tried": context.recall.get("tried", []), "topic": context.recall.get("topic", ""), **asked}


def take_subject(context: Context) -> Turn | None:
    if context.message.media_id and not context.text:
        return _keep_media(context)
    if len(plain(context.text)) < _SHORTEST or _POLITE.fits(plain(context.text)):
        return _again(context, "ticket.short_subject")
    only = contact.alone(context.text)
    if only:
        return _keep_contact(context, only)
    if refuses(context.text):
        return _keep_refusal(context)
    told, kept = _without_number(context, context.text, context.data)
    subject = matter.summary(told)
    data = {**kept, "subject": subject, "told": told, "led": False, ASKED: None}
    if len(told) > matter.SUBJECT:
        return _ask_contact(context, {**data, "detail": told[: matter.DETAIL]})
    return Turn(context.say("ticket.ask_detail", subject=subject), state="ticket:detail", data=data)


def take_detail(context: Context) -> Turn | None:
    if context.message.media_id and not context.text:
        return _keep_media(context)
    if _ANOTHER.fits(plain(context.text)):
        return ask_subject(context)
    if _POLITE.fits(plain(context.text)):
        return Turn(Text(_remind_detail(context)), context.state, context.data)
    only = contact.alone(context.text)
    if only:
        return _keep_contact(context, only)
    if refuses(context.text):
        return _keep_refusal(context)
    if context.data.get("led") and _is_another_thing(context):
        return _offer_change(context)
    return _take_more(context, context.text)


def _take_more(context: Context, text: str) -> Turn:
    told = str(context.data.get("told") or context.data["subject"])
    more, kept = _without_number(context, text, context.data)
    nothing = not plain(text) or _NOTHING_TO_ADD.fits(plain(text))
    detail = told if nothing else _joined(told, str(context.data["subject"]), more)
    data = {**kept, "detail": detail[: matter.DETAIL]}
    if context.data.get("contact"):
        return _submit(context, context.desk.unseal(str(context.data["contact"])), data)
    return _ask_contact(context, data)


def take_change(context: Context) -> Turn | None:
    """After “that looks like another matter”: it becomes the subject, or a detail of the present one."""
    text = str(context.data["text"])
    data = {key: value for key, value in context.data.items() if key != "text"}
    if choices.number(context.text) == 1 or commands.is_yes(context.text) or _ANOTHER.fits(plain(context.text)):
        subject = matter.summary(text)
        data = {**data, "subject": subject, "told": text, "led": False, "tried": [], "topic": "", ASKED: None}
        return Turn(context.say("ticket.ask_detail", subject=subject), state="ticket:detail", data=data)
    if choices.number(context.text) == 2 or commands.is_no(context.text):
        there = copy(context)
        there.data = {**data, "led": False}
        return _take_more(there, text)
    return None


def ask_change(context: Context) -> str:
    return context.phrase(
        "ticket.another_thing", text=matter.summary(str(context.data["text"])), old=context.data["subject"]
    )


def _offer_change(context: Context) -> Turn:
    text, data = _without_number(context, context.text, context.data)
    there = copy(context)
    there.data = {**data, "text": text}
    return Turn(Text(ask_change(there)), state="ticket:change", data=there.data, note="another thing")


def _is_another_thing(context: Context) -> bool:
    """A question or a matter of its own, without two characters in common with the subject."""
    said = plain(context.text)
    if not set(bigrams(said)).isdisjoint(bigrams(plain(str(context.data["subject"])))) or read_facts(said):
        return False
    return bool(_ASKS.search(context.text)) or matter.kind_of(context.text) != "question"


def _without_number(context: Context, text: str, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text as it may be kept; a telephone number in it is sealed as the contact, unless there is one."""
    number = contact.within(text) if context.keeps_numbers() else None
    kept = dict(data)
    if number and not kept.get("contact") and not kept.get("guess"):
        kept["guess"] = context.desk.seal(number)
    return masked(text), kept


def _keep_contact(context: Context, number: str) -> Turn:
    context.needs_number()
    reply = context.phrase("ticket.number_kept", contact=contact.masked(number))
    data = {**context.data, "contact": context.desk.seal(number), "refused": False}
    return _and_asked(context, reply, data, "contact")


def _keep_refusal(context: Context) -> Turn:
    """不留 before a number was asked for: it is not what the ticket is about."""
    data = {**context.data, "contact": "", "guess": "", "refused": True}
    return _and_asked(context, context.phrase("ticket.no_number"), data, "no contact")


def take_contact(context: Context) -> Turn | None:
    if context.message.media_id and not context.text:
        return _keep_media(context)
    more = _MORE.match(context.text)
    if more:
        text, kept = _without_number(context, more["more"], context.data)
        return _ask_contact(context, {**kept, "detail": f"{context.data['detail']}\n{text}"[: matter.DETAIL]})
    guess = context.data.get("guess")
    if guess and commands.is_yes(context.text):
        return _submit(context, context.desk.unseal(str(guess)))
    given = contact_in(context.text)
    if given is not None:
        return _submit(context, given)
    return _again(context, "ticket.broken_number") if contact.is_broken_number(context.text) else None


def ask_subject(context: Context) -> Turn:
    return Turn(context.say("ticket.ask_subject"), state="ticket:subject", data=context.data)


def ask_detail(context: Context) -> Turn:
    reply = context.say("ticket.ask_detail", subject=context.data["subject"])
    return Turn(reply, state="ticket:detail", data=context.data)


def _joined(told: str, subject: str, more: str) -> str:
    return more if told.strip() == subject else f"{told}\n{more}"


def _ask_contact(context: Context, data: Mapping[str, Any]) -> Turn:
    if data.get("contact") and not data.get("guess"):
        data = {**data, "guess": data["contact"]}
    if data.get("refused") and not data.get("guess"):
        return _submit(context, "", data)
    if data.get("guess"):
        known = contact.masked(context.desk.unseal(str(data["guess"])))
        return Turn(context.say("ticket.confirm_contact", contact=known), state="ticket:contact", data=data)
    return Turn(context.say("ticket.ask_contact"), state="ticket:contact", data=data)


def _again(context: Context, key: str) -> Turn:
    return Turn(context.say(key), state=context.state, data=context.data)


def _keep_media(context: Context) -> Turn:
    kept = [*context.data.get("media", []), [context.message.kind, context.message.media_id]][:_MOST_MEDIA]
    return _and_asked(context, context.phrase("ticket.media_kept", count=len(kept)), {**context.data, "media": kept})


def _and_asked(context: Context, reply: str, data: dict[str, Any], note: str = "") -> Turn:
    """That something was taken, and once more what this step asks."""
    ask = STEPS[context.state].ask
    return Turn(Text(f"{reply}\n{ask(context) if ask else ''}"), context.state, data, note=note)


def _submit(context: Context, given: str, data: Mapping[str, Any] | None = None) -> Turn:
    draft = data or context.data
    if given:
        context.needs_number()
    new = NewTicket(
        subject=str(draft["subject"]),
        detail=str(draft["detail"]),
        kind=matter.kind_of(f"{draft['subject']}\n{draft['detail']}", str(draft.get("kind", "question"))),
        topic=str(draft.get("topic") or ""),
        contact=given,
        tried=json.dumps(draft.get("tried", []), ensure_ascii=False),
        source=context.source,
    )
    ticket = context.desk.open(context.openid, new, now=context.now)
    for kind, media_id in draft.get("media", []):
        context.desk.attach(ticket, kind, media_id, account=context.message.app, now=context.now)
    reply = context.say(
        "ticket.opened",
        number=ticket.number,
        subject=ticket.subject,
        how=_how(context, given),
        duty=duty.next_step(context),
        until=context.desk.telling.until(ticket),
    )
    recall = {"ticket": ticket.number, "question": None, "misses": None}
    learnt = learnt_of(draft.get(ASKED), "ticket", ticket.number)
    return Turn(reply, recall=recall, note=ticket.number, learnt=learnt)


def _how(context: Context, given: str) -> str:
    if not given:
        return context.phrase("ticket.by_wechat")
    return context.phrase("ticket.by_contact", contact=contact.masked(given))


def _remind(key: str) -> Callable[[Context], str]:
    return lambda context: context.phrase(key)


def _remind_detail(context: Context) -> str:
    return context.phrase("ticket.remind_detail", subject=context.data["subject"])


def _remind_contact(context: Context) -> str:
    if context.data.get("guess"):
        return context.phrase("ticket.remind_confirm")
    return context.phrase("ticket.remind_contact")


def _or_anew(take: Take) -> Take:
    """重新来 inside a ticket is no detail of it: what it is about is asked again."""

    def taken(context: Context) -> Turn | None:
        if commands.is_restart(context.text):
            return Turn(context.say("ticket.ask_subject"), state="ticket:subject", note="restart")
        return take(context)

    return taken


_TAKEN: frozenset[Kind] = frozenset({"text", "voice", "image", "video"})
STEPS = {
    "ticket:offered": Step(offered, by_word=True),
    "ticket:subject": Step(_or_anew(take_subject), _remind("ticket.remind_subject"), kinds=_TAKEN),
    "ticket:detail": Step(_or_anew(take_detail), _remind_detail, ask_subject, _TAKEN),
    "ticket:change": Step(_or_anew(take_change), ask_change, ask_detail),
    "ticket:contact": Step(_or_anew(take_contact), _remind_contact, ask_detail, _TAKEN),
}
