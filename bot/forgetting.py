"""What is kept how long (PIPL 19: no longer than needed; Cybersecurity Law: logs for six months), and forgetting it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.kit import Kit
from models import job, retention
from models.db import Unit
from models.retention import Batch

JOB = "forget"  # its row keeps how far we have come
_PAUSE = 0.01  # seconds between two batches, for those who answer people


@dataclass(frozen=True)
class Rule:
    """`what` is forgotten after the days of a `period` of privacy.yaml; `did` says it in the result."""

    what: str
    period: str
    did: str
    batch: Callable[[Unit, datetime], Batch]


def _erase(unit: Unit, before: datetime) -> Batch:
    batch, last = retention.erase_messages(unit, before, int(job.mark(unit, JOB) or 0))
    if batch.done or batch.more:
        job.set_mark(unit, JOB, str(last))
    return batch


RULES = (
    Rule("消息的文字和回复", "text", "抹去消息文字", _erase),
    Rule("问题和对回答的评价", "text", "删问题", retention.delete_questions),
    Rule("欠的回答和通知", "text", "删通知", retention.delete_owed),
    Rule("取消关注的人", "text", "删取消关注的人", retention.delete_people),
    Rule("不再用手机页面的人", "text", "删不再来的人", retention.delete_talents),
    Rule("办到一半的对话", "talk", "删对话", retention.delete_talks),
    Rule("交过的表单", "form", "删表单凭据", retention.delete_once),
    Rule("接口请求的凭据", "form", "删请求凭据", retention.delete_replays),
    Rule("没有用的照片", "upload", "删照片", retention.delete_uploads),
    Rule("结束了的登录", "login", "删登录", retention.delete_logins),
    Rule("绑定码", "login", "删绑定码", retention.delete_codes),
    Rule("消息记录", "record", "删消息记录", retention.delete_messages),
    Rule("发送记录", "record", "删发送记录", retention.delete_sendings),
    Rule("过去的提醒", "record", "删提醒", retention.delete_reminders),
)


def forget(kit: Kit, seconds: float = 16.0) -> str:
    """Work off what is due to be forgotten. Each rule gets its share of the time, and one batch at least."""
    now, counts, all_done = kit.now(), [], True
    for rule in RULES:
        count, done = _work(kit, rule, now, seconds / len(RULES))
        counts += [f"{rule.did} {count}"] if count else []
        all_done = all_done and done
    told = "，".join(counts) or "没有到期的"
    return told if all_done else f"{told}；还没做完，下次接着做"


def _work(kit: Kit, rule: Rule, now: datetime, seconds: float) -> tuple[int, bool]:
    """How many rows, and whether those were all."""
    before, end = now - timedelta(days=kit.privacy().days(rule.period)), time.monotonic() + seconds
    count = 0
    while True:
        with kit.db.writing() as unit:
            batch = rule.batch(unit, before)
        count += batch.done
        if not batch.more or time.monotonic() >= end:
            return count, not batch.more
        time.sleep(_PAUSE)
