"""The database: one engine, and units of work that commit whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # A commit survives the death of any process; what must also survive a power cut is synced by Unit.commit.
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)
# Deadlock or serialisation failure: the transaction did nothing and may simply run again.
_TRY_AGAIN = {"40001", "40P01", "1213", "1205"}


class Stale(Exception):
    """Somebody else changed the row first; nothing was written. Read again and decide again."""


class Unavailable(Exception):
    """The database cannot be reached or does not answer in time."""


class Database:
    """`url` is SQLAlchemy's. `wait` bounds, in seconds, every wait for a lock, a connection or an answer."""

    def __init__(self, url: str, *, wait: float = 3.0, threads: int = 8) -> None:
        self.url = make_url(url)
        self.kind = self.url.get_backend_name()
        self._wait = wait
        self._writing = threading.Lock()
        self.engine = self._engine(threads)
        event.listen(self.engine, "handle_error", _tell_plainly)

    def unit(self) -> Unit:
        return Unit(self)

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """A unit that holds the write lock from the start and commits at the end of the block."""
        with self.unit() as unit:
            unit.lock()
            yield unit
            unit.commit()

    def ping(self) -> None:
        with self.unit() as unit:
            unit.connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()

    def _engine(self, threads: int) -> Engine:
        if self.kind == "sqlite":
            return self._sqlite(threads)
        seconds = max(1, int(self._wait))
        arguments: dict[str, Any] = {"connect_timeout": seconds}
        if self.kind == "postgresql":
            limit = int(self._wait * 1000)
            arguments["options"] = f"-c statement_timeout={limit} -c lock_timeout={limit} -c timezone=UTC"
        else:
            arguments |= {"read_timeout": seconds + 1, "write_timeout": seconds + 1, "charset": "utf8mb4"}
            arguments["init_command"] = f"SET SESSION innodb_lock_wait_timeout={seconds}, time_zone='+00:00'"
        return create_engine(
            self.url,
            hide_parameters=True,  # they hold what people wrote; errors are logged
            pool_size=threads + 2,
            max_overflow=4,
            pool_timeout=1,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args=arguments,
        )

    def _sqlite(self, threads: int) -> Engine:
        engine = create_engine(
            self.url,
            hide_parameters=True,  # they hold what people wrote; errors are logged
            pool_size=threads + 2,
            max_overflow=4,
            pool_timeout=1,
            connect_args={"timeout": self._wait, "check_same_thread": False},
        )

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, record: object) -> None:
            # The driver's own transactions lose updates (read, then write); ours start with BEGIN IMMEDIATE.
            connection.isolation_level = None
            for pragma in _SQLITE_PRAGMAS:
                connection.execute(pragma)

        return engine


class Unit:
    """One unit of work: reads at once, takes the write lock when asked, commits whole.

    Leaving the block without commit() rolls back. On SQLite everything before lock() reads the latest commit and holds
    nothing, so slow thinking blocks nobody.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._holds = False
        self._locked = False
        self.durable = False  # set it when what is written must be on the disk before commit() returns

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            try:
                self._connection = self._database.engine.connect()
            except PoolTimeout as error:
                raise Unavailable("no free connection") from error
        return self._connection

    @property
    def session(self) -> Session:
        """An ORM session inside this unit."""
        if self._session is None:
            self._session = Session(bind=self.connection, expire_on_commit=False, autoflush=True)
        return self._session

    def lock(self) -> None:
        """From here on this unit alone writes (SQLite); elsewhere rows are locked as they are touched."""
        if self._locked:
            return
        if self._database.kind == "sqlite":
            # Threads of one process queue here; SQLite's own waiting sleeps and is for other processes.
            if not self._database._writing.acquire(timeout=self._database._wait):
                raise Unavailable("the write lock was not free in time")
            self._holds = True
            self.connection.exec_driver_sql("BEGIN IMMEDIATE")
        self._locked = True

    def execute(self, statement: Any, values: Any = None) -> Any:
        """Run a Core statement. Raises IntegrityError, Stale (run again), Unavailable."""
        return self.connection.execute(statement, values)

    def commit(self) -> None:
        if self._session is not None:
            self._session.flush()
        self.connection.commit()
        self._release()
        if self.durable and self._database.kind == "sqlite":
            self._sync()

    def rollback(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
        if self._connection is not None:
            self._connection.rollback()
        self._release()
        self.durable = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._session is not None:
                self._session.close()
            if self._connection is not None:
                self._connection.close()  # rolls back what was not committed
        finally:
            self._release()

    def _release(self) -> None:
        self._locked = False
        if self._holds:
            self._holds = False
            self._database._writing.release()

    def _sync(self) -> None:
        """Bring the write-ahead log to the disk: what synchronous=FULL does, but only for commits that need it.

        Commits of other threads since the last sync ride along. A checkpoint that emptied the log has synced it before.
        """
        path = self._database.url.database
        if not path or path == ":memory:":
            return
        log = os.open(f"{path}-wal", os.O_RDONLY)
        try:
            os.fdatasync(log)
        finally:
            os.close(log)


def _tell_plainly(context: ExceptionContext) -> None:
    """Driver errors -> Stale (run again) or Unavailable, so that nobody above this file knows a driver."""
    error = context.sqlalchemy_exception
    if isinstance(error, OperationalError) and _code(error) in _TRY_AGAIN:
        raise Stale from context.original_exception
    if isinstance(error, OperationalError) or context.is_disconnect:
        raise Unavailable(type(context.original_exception).__name__) from context.original_exception


def _code(error: OperationalError) -> str:
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state)
    return str(error.orig.args[0]) if error.orig and error.orig.args else ""
