"""A database, a folder, and any number of processes on them: what is served and published without a server."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from handlers.published import Published
from handlers.publishing import Publisher
from knowledge.entry import Sure
from knowledge.folder import WorkingCopy, packed, snapshot
from knowledge.library import Library
from models import content as versions
from models.content import Version
from models.db import Database
from models.memory import DictMemory

SMALL = Path(__file__).parent / "knowledge" / "content_small"
UNITS = ("organization", "housing", "hr")
WHERE = "青年公寓在哪里"
FLAT = "faq/flat.yaml"
ONE = """version: 1
topic: flat
source: {document: 演示, as_of: "2022", owner: housing, validity: unknown, quote: 演示}
entries:
  - {id: more.one, question: 楼下的演示超市几点关门, aliases: [], answer: 演示。}
"""


class Machine:
    """A database, a folder, and any number of processes on them. The clock stands still until it is moved."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.db, self.folder, self.memory = database, folder, DictMemory()
        self.ahead = timedelta()
        self.sources: dict[Library, Published] = {}
        self._seconds = 100.0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def process(
        self, *, saving: bool = True, folder: Path | None = None, name: str = "", patience: float = 0
    ) -> Library:
        source = Published(
            self.db,
            self.memory,
            WorkingCopy(folder or self.folder),
            self.now,
            saving=saving,
            name=name or f"p{len(self.sources)}",
            patience=0,
        )
        library = Library(source, UNITS, today=lambda: self.now().date())
        self.sources[library] = source
        return library

    def pass_seconds(self, *libraries: Library, seconds: float = 4) -> None:
        for _ in range(int(seconds * 2)):
            self._seconds += 0.5
            for library in libraries:
                library.refresh(self._seconds)

    def edit(self, old: str, new: str, name: str = FLAT) -> None:
        time.sleep(0.02)  # the clock by which files are stamped goes in steps
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        time.sleep(0.02)

    def publish(self, number: str, **values: object) -> Version:
        """Somewhere else: the content with the flat at `number`."""
        files = dict(snapshot(SMALL).files)
        files[FLAT] = files[FLAT].replace("演示大道1号".encode(), f"演示大道{number}号".encode())
        publisher = Publisher(self.db, DictMemory(), self.now)
        head = self.history()[0].number
        return publisher.publish(packed(files), "published", seen=head, by="老王", why="", **values)  # type: ignore[arg-type]

    def history(self) -> list[Version]:
        with self.db.unit() as unit:
            return versions.history(unit)


def where(library: Library) -> str:
    answer = library.ask(WHERE)
    assert isinstance(answer, Sure), answer
    return answer.best.entry.answer.strip().removeprefix("演示大道").removesuffix("号。")
