"""What we have of one talent, for themselves (PIPL 45): a document with Chinese names, for people and for programs.

Not in it: what staff wrote to each other, what was taken back before it was told, and keys that only mean something to
us.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from pydantic import Field

from bot import notices
from bot import reply as replies
from bot.kit import Kit
from bot.question import NONE_PICKED, USEFUL, USELESS
from bot.standing import REPLIES, held, shown_replies, told_name, whole
from config.calendar import SHANGHAI
from config.notices import NAMES_SAID, Notices
from handlers.miniapp.gate import Gate
from handlers.miniapp.shapes import Shown, answers, says
from models.agreement import AgreementRow
from models.attachment import Attachment
from models.consent import ConsentRow
from models.dossier import Dossier, dossier
from models.event import Event, ReminderRow, Signup
from models.outbox import Row
from models.question import QuestionRow
from models.seal import Seal, Sealed
from models.sending import ARRIVED, UNDER_WAY, UNSURE, WAY_NAMES, SendingRow
from models.talk import TalkRow
from models.ticket import KIND_NAMES, Ticket, TicketEvent
from models.upload import UploadRow

_APPS = {"service": "服务号", "miniapp": "小程序"}
_HOW = {"chat": "聊天", "page": "手机页面", "signup": "报名", "miniapp": "手机页面", "admin": "工作人员"}
_STATES = {"going": "已报名", "waiting": "候补", "cancelled": "已取消"}
_REMINDERS = {"due": "待发", "queued": "已交发送", "cancelled": "不发了", "expired": "已过时"}
_DECISIONS = {"sure": "有答案", "maybe": "给了选项", "unknown": "没有可靠的答案", "outside": "不归本区"}
_VERDICTS = {USEFUL: "有用", USELESS: "没用"}
_UNREADABLE = "（换过密钥，打不开）"
_GONE = "（已经下线）"  # an entry or item that the content does not have any more
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Export(Shown):
    document: dict[str, Any] = Field(
        description="With Chinese names; times of the office. Files are listed with their addresses."
    )


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/me/export", answers(Export), tag="隐私", summary="导出我的数据")
    def export_me() -> Response:
        now = kit.now()
        with kit.db.unit() as unit:
            document = Exporting(kit, gate.seal, now).document(dossier(unit, gate.talent(), now))
        answer = says(Export(document=document))
        answer.headers["Cache-Control"] = "no-store"
        return answer


class Exporting:
    """Times are the office's. Nothing is masked: it is theirs."""

    def __init__(self, kit: Kit, seal: Seal, now: datetime) -> None:
        self._library, self._inventory, self._notices = kit.library, kit.privacy(), kit.notices()
        self._files = f"{kit.settings.public_url.rstrip('/')}/api/v1/files/"
        self._seal, self._now = seal, now

    def document(self, found: Dossier) -> dict[str, Any]:
        return {
            "导出时间": _at(self._now),
            "账号": self._account(found),
            "同意": [self._agreement(each) for each in found.agreements],
            "订阅消息": [_consent(self._notices, each) for each in found.consents],
            "消息": [
                {"时间": _at(each.received_at), "您": each.text, "回复": _reply(each.reply)} for each in found.messages
            ],
            "问题": [self._question(each) for each in found.questions],
            "办到一半的对话": [_talk(each) for each in found.talks],
            "通知": [_notice(each) for each in found.notices],
            "发送的记录": [_sending(each) for each in found.sendings],
            "登记的意向": [
                {"事项": self._item(each.item), "说明": each.note, "时间": _at(each.created_at)}
                for each in found.interests
            ],
            "活动": [_signup(event, signup) for event, signup in found.signups],
            "活动提醒": [_reminder(event, reminder) for event, reminder in found.reminders],
            "工单": [self._ticket(*each) for each in found.tickets],
            "传上来没有用的照片": [self._upload(each) for each in found.uploads],
            "登录": [
                {
                    "从哪里": _APPS[each.app],
                    "手机": each.agent,
                    "登录时间": _at(each.created_at),
                    "最近使用": _at(each.seen_at),
                    "退出时间": _at(each.ended_at),
                }
                for each in found.logins
            ],
        }

    def _account(self, found: Dossier) -> dict[str, Any]:
        return {
            "编号": [{"从哪里": _APPS[each.app], "openid": each.openid} for each in found.identities],
            "unionid": found.talent.unionid or "",
            "手机号": self._open(found.talent.phone),
            "长辈版": _yes(found.talent.elder),
            "第一次来": _at(found.talent.created_at),
            "关注": [
                {"关注时间": _at(each.followed_at), "取消时间": _at(each.left_at), "来源": each.scene}
                for each in found.following
            ],
        }

    def _agreement(self, row: AgreementRow) -> dict[str, Any]:
        purpose = self._inventory.purposes.get(row.purpose)
        return {
            "用途": purpose.name if purpose else _GONE,
            "同意时间": _at(row.given_at),
            "撤回时间": _at(row.withdrawn_at),
            "条文版本": row.version,
            "在哪里": _HOW.get(row.how, ""),
        }

    def _question(self, row: QuestionRow) -> dict[str, Any]:
        picked = "都不是" if row.picked == NONE_PICKED else self._named(row.picked)
        return {
            "时间": _at(row.at),
            "问题": row.text,
            "结果": _DECISIONS[row.decision],
            "回答": self._named(row.answered),
            "您选的": picked,
            "您的评价": _VERDICTS.get(row.verdict, ""),
            "工单": row.ticket,
        }

    def _named(self, answered: str) -> str:
        """What an entry asks, or an item is called; empty for what answered without either (the hotline, a form)."""
        entry = self._library.entry(answered)
        item = self._library.item(answered)
        return entry.question if entry else item.name if item else ""

    def _item(self, name: str) -> str:
        item = self._library.item(name)
        return item.name if item else _GONE

    def _ticket(self, ticket: Ticket, events: Sequence[TicketEvent], files: Sequence[Attachment]) -> dict[str, Any]:
        shown = shown_replies(events, self._now)
        told = [each for each in events if each.kind not in REPLIES or each.id in shown]
        there = {each.id for each in told}
        return {
            "编号": ticket.number,
            "类别": KIND_NAMES[ticket.kind],
            "状态": told_name(ticket, held(ticket, events, self._now)),
            "标题": ticket.subject,
            "说明": ticket.detail,
            "联系方式": self._open(ticket.contact),
            "称呼": self._open(ticket.caller),
            "提交时间": _at(ticket.created_at),
            "评分": ticket.rating,
            "评语": ticket.rating_words,
            "往来": [
                {"时间": _at(each.at), "谁": "本人" if each.actor == "talent" else "热线", "内容": whole(each)}
                for each in told
                if each.body
            ],
            "附件": [
                {"名称": each.title, "类型": each.mime, "字节": each.size, "地址": f"{self._files}{each.name}"}
                for each in files
                if each.event_id in there
            ],
        }

    def _upload(self, row: UploadRow) -> dict[str, Any]:
        return {"名称": row.title, "时间": _at(row.at), "字节": row.size, "地址": f"{self._files}{row.name}"}

    def _open(self, sealed: str) -> str:
        try:
            return self._seal.open(sealed) if sealed else ""
        except (Sealed, ValueError):
            return _UNREADABLE


def _consent(known: Notices, row: ConsentRow) -> dict[str, Any]:
    return {
        "通知": [NAMES_SAID[name] for name in known.sent_by(row.template)],
        "模板": row.template,
        "还可以发": "长期" if row.lasting else row.left,
        "拒绝": _yes(row.refused),
    }


def _signup(event: Event, signup: Signup) -> dict[str, Any]:
    return {
        "活动": event.title,
        "编号": event.number,
        "状态": _STATES[signup.state],
        "接收提醒": _yes(signup.remind),
        "报名时间": _at(signup.signed_at),
        "取消时间": _at(signup.cancelled_at),
        "签到时间": _at(signup.checked_in_at),
        "评分": signup.rating,
        "评语": signup.comment,
    }


def _reminder(event: Event, row: ReminderRow) -> dict[str, Any]:
    return {"活动": event.title, "时间": _at(row.due_at), "状态": _REMINDERS.get(row.state, "")}


def _sending(row: SendingRow) -> dict[str, Any]:
    unsure = row.outcome in (UNDER_WAY, UNSURE)
    came = "送到了" if row.outcome in ARRIVED else "不知道到没到" if unsure else "没送到"
    return {"时间": _at(row.at), "方式": WAY_NAMES.get(row.way, ""), "结果": came}


def _talk(row: TalkRow) -> dict[str, Any]:
    return {"最近一次": _at(row.updated_at), "记着的话": list(_words(json.loads(row.data or "null")))}


def _words(value: Any) -> Iterator[str]:
    """What somebody wrote or was told; the rest are marks of ours, and numbers that are sealed."""
    if isinstance(value, str) and _CHINESE.search(value):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _words(each)


def _notice(row: Row) -> dict[str, Any]:
    return {"时间": _at(row.created_at), "送出时间": _at(row.sent_at), "内容": replies.as_text(notices.whole(row))}


def _reply(body: str | None) -> str:
    """Kept it is a dumped Reply."""
    try:
        return replies.as_text(replies.parse(body)) if body else ""
    except (ValueError, LookupError, TypeError):
        return body or ""


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _at(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds") if moment else ""
