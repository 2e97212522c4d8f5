"""What this process serves: the version that the database has in force; and saved files, if saving publishes them.

Saving publishes when the folder was changed after what is in force came into force: whoever was last is right. So a
rollback is not undone by files saved before it, and of two processes that see one save only one publishes it.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from handlers import publishing
from handlers.publishing import SIGNAL, Publisher
from knowledge.changes import lost
from knowledge.entry import Content, Fault
from knowledge.folder import Broken, Snapshot, WorkingCopy, touched
from knowledge.library import Read
from models import content as versions
from models import node
from models.content import Damaged, Kind, Moved, TooLarge, Undone, Version
from models.db import Database, NoTables, Stale, Unavailable
from models.memory import Memory
from models.version import is_current

_log = logging.getLogger("huicai.content")
_POLL_EVERY = 2.0  # seconds between questions to the database; a signal is heard at once
_NOTE_EVERY = 15.0  # seconds between signs of life
_TOLD_FAULTS = 3  # of a version this program can't read
_NOTHING = ("", "")  # digest and faults that were noted, of a process that has noted none yet
_OLDER = 10  # versions tried at the start when this program can't read the one in force


class _Edit(NamedTuple):
    """The folder as it stands, read and found good. `touched`: changed not before then."""

    taken: Snapshot
    content: Content
    touched: datetime


class Published:
    """A knowledge.library.Source. While the database is out of reach, what is served goes on being served."""

    def __init__(
        self,
        database: Database,
        memory: Memory,
        copy: WorkingCopy,
        now: Callable[[], datetime],
        *,
        saving: bool,
        name: str,
        patience: float = 10.0,
        serves: bool = True,
    ) -> None:
        """`saving`: a saved folder is published. `name`: this process, as admins see it. `patience`: seconds given to
        a database that is just being made. Without `serves` nothing is ever published or noted, and a database that
        cannot be used is told at once."""
        self._db, self._memory, self._copy, self._now = database, memory, copy, now
        self._publisher = Publisher(database, memory, now)
        self._saving, self._name, self._patience = saving, name, patience if serves else 0.0
        self._serves = serves
        self._ready = False  # the tables are there
        self._reachable = True  # the database answered last time
        self._edit: _Edit | None = None  # not published yet
        self._seen = 0  # number of the newest version when the edit was compared with the one in force
        self._refused = ""  # digest of the edit, if it never fits into the database
        self._unread = ""  # digest of the version in force, if this program can't read it
        self._version: Version | None = None
        self._of_version: tuple[Fault, ...] = ()
        self._of_copy: tuple[Fault, ...] = ()
        self._of_publishing: tuple[Fault, ...] = ()
        self._heard: str | None = None
        self._next_poll = self._next_note = 0.0
        self._noted = _NOTHING
        self._closed = False

    @property
    def faults(self) -> tuple[Fault, ...]:
        return (*self._of_version, *self._of_copy, *self._of_publishing)

    def first(self, read: Read) -> Content:
        """The version in force; of an empty database the folder, published as its first version if this serves."""
        if not self._serves:
            return self._looked_up(read)
        try:
            return self._from_database(read)
        except (Unavailable, Stale) as error:
            self._miss(error)  # nothing can be answered without it, but all is there when it comes
            return self._folder(read).content

    def look(self, now: float, read: Read, serving: Content) -> Content | None:
        if self._copy.changed(now):
            self._examine(read, serving, now)
        elif not self._due(now):
            return None
        try:
            content = self._next(read, serving)
            self._note(now, serving)
        except (Unavailable, Stale) as error:
            self._miss(error)
            return None
        return content

    def again(self) -> None:
        self._unread = ""
        self._copy.again()

    def close(self) -> None:
        """This process serves no longer."""
        self._closed = True
        if self._noted == _NOTHING:
            return
        with contextlib.suppress(Unavailable, Stale), self._db.writing(0.5) as unit:
            node.gone(unit, self._name)

    def _looked_up(self, read: Read) -> Content:
        version = self._in_force()
        content = version and (self._take_over(version, read) or self._older(version, read))
        return content or self._folder(read).content

    def _from_database(self, read: Read) -> Content:
        version = self._at_start()
        if version is None:
            return self._begin(read)
        self._examine(read)
        version = self._in_force() or version
        content = self._publish_edit(version, read) or self._take_over(version, read) or self._older(version, read)
        return content or self._folder(read).content

    def _at_start(self) -> Version | None:
        """What is in force. The tables may be in the making: a start waits for them."""
        end = time.monotonic() + self._patience
        while True:
            try:
                return self._in_force()
            except Unavailable:
                if time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def _in_force(self) -> Version | None:
        if not self._ready and not is_current(self._db):
            raise NoTables
        self._ready = True
        with self._db.unit() as unit:
            if self._edit:
                head = versions.head(unit)  # before the other, so that whatever comes between is found out
                self._seen = head.number if head else 0
            version = versions.in_force(unit, self._now())
        if not self._reachable:
            self._reachable = True
            _log.info("the database tells again what is in force")
        return version

    def _miss(self, error: Exception) -> None:
        if self._reachable:
            _log.warning("content goes on as it is: the database does not tell what is in force (%s)", error)
        self._reachable = False

    def _due(self, now: float) -> bool:
        heard = self._memory.get(SIGNAL)
        signalled, self._heard = heard != self._heard, heard
        if not signalled and self._next_poll - _POLL_EVERY <= now < self._next_poll:
            return False
        self._next_poll = now + _POLL_EVERY
        return True

    def _next(self, read: Read, serving: Content) -> Content | None:
        version = self._version = self._in_force()
        if version is None:
            return self._begin_late(read, serving)
        if version.digest in (serving.version, self._unread):
            if version.digest == serving.version:
                self._of_version = ()
            return self._publish_edit(version, read, serving)
        content = self._take_over(version, read)
        if self._edit:
            self._next_poll = 0.0  # compared with what is in force as soon as that is served
        return content

    # The working copy

    def _examine(self, read: Read, serving: Content | None = None, now: float = 0.0) -> None:
        """Read the folder: an edit to be published, nothing new, or faults."""
        self._edit, self._of_copy, self._of_publishing, self._refused = None, (), (), ""
        quiet = self._copy.unchanged_at
        try:
            taken = self._copy.take()
            if serving is None or taken.version != serving.version:
                self._edit = _Edit(taken, read(taken), self._touched(None if quiet is None else now - quiet))
        except Broken as broken:
            self._of_copy = broken.faults

    def _touched(self, quiet_for: float | None) -> datetime:
        """When the folder was changed: the files say it, and of a file removed the last look that still saw it."""
        by_files = datetime.fromtimestamp(touched(self._copy.path), UTC)
        return by_files if quiet_for is None else max(by_files, self._now() - timedelta(seconds=quiet_for))

    def _folder(self, read: Read) -> _Edit:
        if self._edit is None:
            self._examine(read)
        if self._edit is None:
            raise Broken(list(self.faults))
        return self._edit

    def _publish_edit(self, version: Version, read: Read, serving: Content | None = None) -> Content | None:
        """The edit, once it is in force; None when there is none, or it is not to be published."""
        edit = self._edit
        if edit is None:
            return None
        is_new = edit.taken.version != version.digest and self._saving
        if is_new and version.published_at < edit.touched <= version.effective_from:
            self._of_publishing = (publishing.left_behind(version),)
            return None
        if not is_new or edit.touched <= version.effective_from:
            if serving is not None:
                self._edit, self._of_publishing = None, ()
            return None
        if edit.taken.version == self._refused:
            return None
        if serving is None:
            serving = self._read(version, read)
        self._of_publishing = tuple(self._objections(edit, serving))
        if not self._of_publishing:
            self._publish(edit, "saved", publishing.changed(serving, edit.content))
        return None if self._edit else edit.content

    def _objections(self, edit: _Edit, serving: Content | None) -> list[Fault]:
        """Why a save alone must not publish it."""
        with self._db.unit() as unit:
            staged = versions.staged(unit, self._now())
        if staged:
            return [publishing.refusal(Undone(staged))]
        gone = lost(serving, edit.content) if serving else 0
        if serving and gone * 2 > len(serving.entries):
            problem = (
                f"在用的 {len(serving.entries)} 条问答里有 {gone} 条不见了，像是误删，或是别的区的内容，所以没有发布"
            )
            cure = "确实要换就用 kb publish 发布；不是就恢复文件，检查 CONTENT_DIR 和 DATABASE_URL"
            return [Fault("（目录）", 0, "内容", problem, cure)]
        return []

    def _publish(self, edit: _Edit, kind: Kind, changes: str) -> None:
        """Forgets the edit once it is published, by us or by another process; notes why it can't be."""
        why = "第一次启动" if kind == "first" else "保存了内容文件"
        try:
            version = self._publisher.publish(edit.taken, kind, seen=self._seen, by="", why=why, changes=changes)
        except Moved as moved:
            if moved.head is None or moved.head.digest != edit.taken.version:
                self._next_poll = 0.0  # to be compared with theirs
                return
            version = moved.head
        except (Undone, TooLarge) as error:
            self._of_publishing = (publishing.refusal(error),)
            self._refused = edit.taken.version if isinstance(error, TooLarge) else ""
            return
        self._version, self._edit = version, None
        _log.info("content %s is published as %s", version.digest[:12], publishing.name(version))

    # The version in force

    def _begin(self, read: Read) -> Content:
        """An empty database begins with the folder; of several processes that begin at once one publishes it."""
        edit = self._folder(read)
        self._seen = 0
        if edit.taken.version != self._refused:
            self._publish(edit, "first", f"+{len(edit.content.entries)}")
        if self._edit is None:
            return edit.content
        version = self._in_force()
        return (version and self._take_over(version, read)) or edit.content

    def _begin_late(self, read: Read, serving: Content) -> Content | None:
        """The database was out of reach at the start, or has been emptied since."""
        try:
            content = self._begin(read)
        except Broken:
            return None
        return None if content.version == serving.version else content

    def _take_over(self, version: Version, read: Read) -> Content | None:
        edit = self._edit
        if edit and edit.taken.version == version.digest:
            self._edit, self._of_publishing, content = None, (), edit.content
        else:
            found = self._read(version, read)
            if found is None:
                self._unread = version.digest
                return None
            content = found
        self._unread, self._of_version = "", ()
        self._version = version
        return content

    def _read(self, version: Version, read: Read) -> Content | None:
        """None, and faults told, when this program can't use it."""
        name = publishing.name(version)
        try:
            return read(publishing.files_of(self._db, version))
        except Broken as broken:
            cure = "升级这个程序，或改好内容文件重新发布；在那以前这个进程继续用上一份"
            told = [Fault(f"{name} {fault.file}", *_rest(fault)) for fault in broken.faults[:_TOLD_FAULTS]]
            problem = f"这个程序读不了在用的 {name}（{len(broken.faults)} 处）"
        except Damaged as damaged:
            cure = "从备份恢复数据库，或把内容重新发布一次"
            problem, told = f"数据库里的 {name} 读不出来（{damaged}）", []
        self._of_version = (Fault(name, 0, "版本", problem, cure), *told)
        return None

    def _older(self, version: Version, read: Read) -> Content | None:
        """At the start there is no last good content in memory: the newest earlier version that can be read is it."""
        with self._db.unit() as unit:
            known = versions.history(unit)
        told = self._of_version
        earlier = [each for each in known if each.number < version.number and each.withdrawn_at is None]
        for each in earlier[:_OLDER]:
            content = self._read(each, read)
            if content is not None:
                self._of_version = told
                return content
        self._of_version = told
        return None

    def _note(self, now: float, serving: Content) -> None:
        """A sign of life, for `kb status`: what is served here since the last look."""
        state = (serving.version, "\n".join(map(str, self.faults)))
        if self._closed:
            return
        if state == self._noted and self._next_note - _NOTE_EVERY <= now < self._next_note:
            return
        version = self._version
        number = version.number if version and version.digest == serving.version else 0
        with self._db.writing(0.5) as unit:
            node.note(unit, node.Node(self._name, number, state[0], state[1], self._now()))
        self._noted, self._next_note = state, now + _NOTE_EVERY


def _rest(fault: Fault) -> tuple[int, str, str, str]:
    return fault.line, fault.field, fault.problem, fault.cure
