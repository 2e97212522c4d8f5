"""The versions in the database and the folder beside them, as the commands of `kb` want them."""

from __future__ import annotations

import os
import pwd
from datetime import date

import click

from config.office import load_office
from config.settings import Settings
from handlers import publishing
from handlers.cli.checking import count, judge, tell
from handlers.cli.telling import Now, Phrases
from handlers.publishing import Publisher
from knowledge.entry import Content
from knowledge.folder import Broken, Snapshot, snapshot
from knowledge.loader import parse
from models import content as versions
from models.content import Damaged, Version
from models.db import Database, NoTables, Unit
from models.remembering import remembering
from models.version import is_current

_FOLDER = ("工作目录", "folder")


class Shelf:
    """Opens nothing before it is asked. Raises ClickException, or Unavailable."""

    def __init__(self, settings: Settings, phrases: Phrases, now: Now) -> None:
        self.settings, self.now = settings, now
        self._phrases = phrases
        self.db = Database(settings.database_url, wait=30.0, threads=1)
        self.publisher = Publisher(self.db, remembering(settings.redis_url), now)
        self._checked = False

    def unit(self) -> Unit:
        if not self._checked and not is_current(self.db):
            raise NoTables
        self._checked = True
        return self.db.unit()

    def in_force(self) -> Version | None:
        with self.unit() as unit:
            return versions.in_force(unit, self.now())

    def staged(self) -> list[Version]:
        """The last to come first."""
        with self.unit() as unit:
            return versions.staged(unit, self.now())

    def head(self) -> int:
        """What a new version is compared with."""
        with self.unit() as unit:
            head = versions.head(unit)
        return head.number if head else 0

    def find(self, which: str) -> Version:
        with self.unit() as unit:
            version = versions.find(unit, which)
        if version is None:
            raise click.ClickException(f"没有版本 {which}；./manage flask kb history 列出全部版本")
        return version

    def named(self, digest: str) -> Version | None:
        """The newest version with exactly these files."""
        with self.unit() as unit:
            return versions.find(unit, digest)

    def folder(self) -> Snapshot:
        """Raises Broken."""
        return snapshot(self.settings.content_dir)

    def files(self, version: Version) -> Snapshot:
        self.unit()
        try:
            return publishing.files_of(self.db, version)
        except Damaged as damaged:
            raise click.ClickException(
                f"数据库里的 v{version.number} 读不出来（{damaged}）；从备份恢复数据库"
            ) from None

    def read(self, taken: Snapshot) -> Content:
        """Raises Broken."""
        return parse(taken, load_office(self.settings.office_file).units, self._phrases)

    def judged(self, taken: Snapshot, day: date) -> Content:
        """As `kb check` does on that day, telling what it finds; ends the command when that forbids publishing."""
        verdict = judge(taken, load_office(self.settings.office_file), self._phrases, day, self.settings)
        tell(verdict.warnings, "提醒 ")
        tell(verdict.faults)
        if verdict.content is None or verdict.faults:
            raise click.ClickException(f"{count(verdict.faults)} 处需要改正，没有发布；服务中的内容不受影响")
        return verdict.content

    def content(self, version: Version) -> Content:
        try:
            return self.read(self.files(version))
        except Broken as broken:
            problem = f"v{version.number} 这个程序读不了（{len(broken.faults)} 处，第一处：{broken.faults[0]}）"
            raise click.ClickException(problem) from None

    def either(self, which: str) -> tuple[str, Content]:
        """A version, or the folder, with what it is called."""
        if which in _FOLDER:
            return _FOLDER[0], self.read(self.folder())
        version = self.find(which)
        return f"v{version.number}", self.content(version)


def who() -> str:
    """The account a command runs under."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
