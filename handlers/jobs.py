"""What happens by itself, and how often. Results are read by staff in `flask clock status`: Chinese and short."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from bot import broadcasting, days, fetching, forgetting, reminding, rounds
from bot.delivery import Delivery
from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.wechat.errors import SendError
from config.calendar import SHANGHAI, unknown_year
from handlers import publishing
from models import content, node
from models.audit import Audit
from models.seal import Seal

_log = logging.getLogger("huicai.clock")
_CHANGE_OVER = timedelta(seconds=60)  # within which every process serves what has come into force
_DRAIN = 5.0  # seconds that one run sends for; the next one is a second later
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Failed(Exception):
    """A job has not done its work; `str()` is one sentence for staff. Other exceptions are bugs, or the database."""


class Shift(NamedTuple):
    """Who runs a job, and with what. `kit.now` is the clock's own time: see handlers/databasetime.py."""

    kit: Kit
    pipeline: Pipeline
    worker: str  # this clock, unlike every other
    delivery: Delivery  # its own: what it sends a second is counted there


@dataclass(frozen=True)
class Job:
    """`run` returns what it did, "" for nothing, or raises: then it has failed and comes again at its next time.

    `beside`: every clock runs it on its own, for it claims rows by itself; else one clock at a time does.
    """

    name: str
    seconds: float
    what: str
    run: Callable[[Shift], str]
    beside: bool = False

    @property
    def period(self) -> timedelta:
        return timedelta(seconds=self.seconds)


def _resume(shift: Shift) -> str:
    return f"补完 {count} 条" if (count := shift.pipeline.resume()) else ""


def _content(shift: Shift) -> str:
    """Every process changes over by itself when the time of a version comes; this looks whether they all have."""
    now = shift.kit.now()
    with shift.kit.db.unit() as unit:
        version, staged = content.in_force(unit, now), content.staged(unit, now)
        nodes = node.alive(unit, now)
    if version is None:
        return "还没有发布过内容"
    behind = [each.name for each in nodes if each.number != version.number]
    if behind and now - version.effective_from > _CHANGE_OVER:
        raise Failed(f"{len(behind)} 个进程没有换上 {publishing.name(version)}；看 ./manage flask kb status")
    told = [f"在用 {publishing.name(version)}"]
    if staged:
        at = staged[-1].effective_from.astimezone(SHANGHAI)
        told.append(f"{publishing.name(staged[-1])} 在 {at:%Y-%m-%d %H:%M} 生效")
    return "；".join(told)


def _token(shift: Shift) -> str:
    told = []
    for account in filter(None, (shift.kit.wechat, shift.kit.miniapp)):
        try:
            ends = account.keep_token()
        except SendError as error:
            raise Failed(f"{account.appid}：{error.said}；{error.cure}") from None
        if ends:
            told.append(f"{account.appid} 的令牌到 {ends.astimezone(SHANGHAI):%H:%M}")
    return "，".join(told)


def _calendar(shift: Shift) -> str:
    """No failure: nobody can mend it before the State Council has published the year. Told every day all the same."""
    year = unknown_year(shift.kit.calendar(), shift.kit.now())
    if year is None:
        return "节假日齐全"
    told = f"还不知道 {year} 年的节假日；公布后在管理台“日历”里导入，或运行 ./manage flask calendar import {year} 文件"
    _log.warning("job calendar: %s", told)
    return told


def _audit(shift: Shift) -> str:
    """Into the log, which whoever gets at the database cannot change."""
    with shift.kit.db.unit() as unit:
        head = Audit(unit, Seal(shift.kit.settings.secret_key).audit_key).witness()
    if not head:
        return "还没有审计记录"
    _log.info("audit head %s", head)
    return f"末条是第 {head.partition(':')[0]} 条"


JOBS = (
    Job("resume", 10, "把先回了 success、进程却中途死掉的消息做完", _resume),
    Job("deliver", 1, "把欠的回答和通知发给微信", lambda shift: shift.delivery.run(_DRAIN), beside=True),
    Job("fetch", 30, "把对方发来的图片、录音从微信取回来，微信只留三天", lambda shift: fetching.fetch(shift.kit)),
    Job("remind", 5, "到了时间的提醒放进发送队列，没用了的作废", lambda shift: reminding.remind(shift.kit)),
    Job("finish", _MINUTE, "活动到时间就截止报名、结束", lambda shift: reminding.finish(shift.kit)),
    Job("broadcast", 10, "群发接着往下发，按每分钟的人数", lambda shift: broadcasting.broadcast(shift.kit)),
    Job("days", _MINUTE, "内容里的人才日等固定日子变成活动", lambda shift: days.days(shift.kit)),
    Job("cards", 20, "快到期的工单给黄牌，超期的给红牌", lambda shift: rounds.cards(shift.kit)),
    Job("retime", 20, "时限规则或日历改了，没办结的工单重算时限", lambda shift: rounds.retime(shift.kit, "retime")),
    Job(
        "lying",
        _MINUTE,
        "认领后没有动静的工单退回未分派；desk.yaml 要求时轮流派出",
        lambda shift: rounds.lying(shift.kit),
    ),
    Job("undelivered", _MINUTE, "答复发不出去的工单记一笔，列入待回访", lambda shift: rounds.undelivered(shift.kit)),
    Job("ratings", _MINUTE, "答复送到后请评价，再请一次，到时间办结", lambda shift: rounds.ratings(shift.kit)),
    Job("token", _MINUTE, "微信接口的令牌快到期时先换好", _token),
    Job("content", _MINUTE, "看到时生效的内容是不是各个进程都换上了", _content),
    Job("forget", _HOUR, "删掉留得够久的消息、问题和记录", lambda shift: forgetting.forget(shift.kit)),
    Job("audit", _DAY, "把审计记录的末条写进日志，供日后核对", _audit),
    Job("calendar", _DAY, "看节假日知不知道，11 月 15 日起看下一年", _calendar),
)
