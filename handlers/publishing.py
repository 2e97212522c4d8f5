"""What the server and the commands share when content is published: the signal, and refusals in an admin's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from config.calendar import SHANGHAI
from knowledge.changes import compare, summary
from knowledge.entry import Content, Fault
from knowledge.folder import Snapshot, packed
from models import content as versions
from models.content import Damaged, Kind, Moved, New, Undone, Version
from models.db import Database
from models.memory import Memory

SIGNAL = "content.head"  # in short keys: changes when something was published or withdrawn
_SIGNAL_LIFE = 60.0  # seconds; whoever misses it asks the database
_PUT = "./manage flask kb"


class Publisher:
    """Puts versions into the database and tells everybody."""

    def __init__(self, database: Database, memory: Memory, now: Callable[[], datetime]) -> None:
        self._db, self._memory, self._now = database, memory, now

    def publish(
        self,
        taken: Snapshot,
        kind: Kind,
        *,
        seen: int,
        by: str,
        why: str,
        changes: str = "",
        at: datetime | None = None,
    ) -> Version:
        """Raises what models.content.publish raises, and Unavailable."""
        new = New(taken.files, taken.version, kind, by, why, changes, at)
        with self._db.unit() as unit:  # not writing(): megabytes are packed before anybody has to wait for the lock
            version = versions.publish(unit, new, seen=seen, now=self._now())
            unit.commit()
        self._tell(version.number)
        return version

    def withdraw(self, number: int, *, by: str, why: str) -> None:
        with self._db.writing() as unit:
            versions.withdraw(unit, number, by=by, why=why, now=self._now())
        self._tell(-number)

    def _tell(self, number: int) -> None:
        self._memory.set(SIGNAL, f"{number} {self._now().isoformat()}", _SIGNAL_LIFE)


def files_of(database: Database, version: Version) -> Snapshot:
    """A version's files as they were published. Raises Damaged when they are not that any more."""
    with database.unit() as unit:
        taken = packed(versions.files(unit, version.number))
    if taken.version != version.digest:
        raise Damaged("its bytes are not those that were published")
    return taken


def changed(before: Content | None, after: Content) -> str:
    return summary(compare(before, after)) if before else ""


def refusal(error: Exception) -> Fault:
    """Why it was not published, and the cure."""
    if isinstance(error, Undone):
        first = error.staged[-1]
        when = clock(first.effective_from)
        problem = f"{name(first)} 定于 {when} 生效，现在发布别的，到时它就换不上了，所以没有发布"
        cure = f"先撤回它：{_PUT} withdraw {first.number} --why 原因；或者排在它后面：{_PUT} publish --at"
        return Fault("（发布）", 0, "版本", problem, cure)
    if isinstance(error, Moved):
        head = error.head
        told = f"{head.published_by or '服务'}刚刚发布了 {name(head)}（{head.why}）" if head else "版本有了变动"
        return Fault("（发布）", 0, "版本", f"{told}，所以没有发布", f"看看改了什么：{_PUT} diff；合并好了再发布一次")
    most = versions.LARGEST // 1024 // 1024
    problem = f"压缩以后还有 {error}，超过了 {most} MB，存不进数据库，所以没有发布"
    return Fault("（发布）", 0, "大小", problem, "删去不是问答的文件")


def left_behind(version: Version) -> Fault:
    """Of files saved while `version` was staged: they may lack what it brought, so saving alone can't publish them."""
    problem = f"{name(version)} 生效以前存的改动还没有发布：它可能没有 {name(version)} 的内容"
    cure = f"看看差在哪里：{_PUT} diff；要用请 {_PUT} publish --why 原因，或再存一次盘"
    return Fault("（发布）", 0, "版本", problem, cure)


def name(version: Version) -> str:
    return f"v{version.number}"


def clock(at: datetime) -> str:
    """As admins read it, in their own time."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
