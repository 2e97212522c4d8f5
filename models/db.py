"""The database: one engine, and units of work that commit whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import prepared
from models.prepared import Prepared
from models.turn import TooLong, WriteQueue

T = TypeVar("T")
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # A commit survives the death of any process; what must also survive a power cut is synced by Unit.commit.
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)
# Deadlock or serialisation failure (SQLSTATE): the transaction did nothing and may simply run again.
_TRY_AGAIN = {"40001", "40P01"}
_REFUSED = "23000"  # MySQL's for every constraint; its driver takes that of a CHECK for a fault of the server
_NO_TABLE = {"42P01", 1146}  # PostgreSQL's and MySQL's number for it; SQLite has only words
_TIME = {
    "postgresql": "SELECT clock_timestamp() AT TIME ZONE 'UTC'",
    "mysql": "SELECT UTC_TIMESTAMP(6)",
    "mariadb": "SELECT UTC_TIMESTAMP(6)",
}
_CLOSED = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")


class Stale(Exception):
    """Somebody else changed the row first; nothing was written. Read again and decide again."""


class Clash(Exception):
    """A constraint refuses the row: mostly, somebody else inserted the same key."""


class Unavailable(Exception):
    """The database cannot be reached or does not answer in time."""


class NoFile(Unavailable):
    """SQLite's file cannot be opened or written: `path`."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(f"the file {path} cannot be opened or written")
        self.path = path


class NoTables(Unavailable):
    """It answers, but does not have this program's tables."""

    def __init__(self) -> None:
        super().__init__("its tables are not up to date")


class Database:
    """`url` is SQLAlchemy's. `wait` bounds, in seconds, every wait for a lock, a connection or an answer."""

    def __init__(self, url: str, *, wait: float = 3.0, threads: int = 8) -> None:
        self.url = make_url(url)
        self.kind = self.url.get_backend_name()
        self._wait = wait
        # Resolved, as SQLite does for its log: two ways to one file must find the same log and the same queue.
        named = self.url.database if self.kind == "sqlite" else None
        self.file = Path(named).resolve() if named and named != ":memory:" else None
        self.queue = WriteQueue(Path(f"{self.file}.turn") if self.file else None, wait)
        self.engine = self._engine(threads)
        event.listen(self.engine, "handle_error", _tell_plainly)

    def unit(self) -> Unit:
        return Unit(self)

    @contextmanager
    def writing(self, wait: float | None = None) -> Iterator[Unit]:
        """A unit that holds the write lock from the start and commits at the end of the block."""
        with self.unit() as unit:
            unit.lock(wait)
            yield unit
            unit.commit()

    def doing(self, work: Callable[[Unit], T], tries: int = 3) -> T:
        """What `work` gives in a unit that writes and is committed. It begins anew when somebody was faster or the
        server broke a deadlock (Stale), so it must leave nothing outside its unit. Raises Stale after the last try."""
        for left in reversed(range(tries)):
            try:
                with self.writing() as unit:
                    return work(unit)
            except Stale:
                if not left:
                    raise
        raise AssertionError("not even one try")

    def ping(self) -> None:
        with self.unit() as unit:
            unit.connection.exec_driver_sql("SELECT 1")

    def time(self) -> datetime | None:
        """The server's clock, in UTC; None on SQLite, which has none of its own. Raises Unavailable."""
        question = _TIME.get(self.kind)
        if question is None:
            return None
        with self.unit() as unit:
            said: datetime = unit.connection.exec_driver_sql(question).scalar_one()
        return said.replace(tzinfo=UTC)

    def close(self) -> None:
        self.engine.dispose()
        self.queue.close()

    def _engine(self, threads: int) -> Engine:
        if self.kind == "sqlite":
            return self._sqlite(threads)
        seconds = max(1, int(self._wait))
        arguments: dict[str, Any] = {"connect_timeout": min(seconds, 5)}
        if self.kind == "postgresql":
            limit = int(self._wait * 1000)
            arguments["options"] = f"-c statement_timeout={limit} -c lock_timeout={limit} -c timezone=UTC"
            # Those run on the server; these end the wait for a server that has gone silent.
            arguments |= {"tcp_user_timeout": limit, "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2}
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


class _Session(Session):
    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Raises Stale when a row that was read has gone before it was written."""
        try:
            super().flush(objects)
        except StaleDataError as error:
            raise Stale from error


class Ran(NamedTuple):
    """What a prepared statement gave: its first row, and how many rows it changed."""

    row: tuple[Any, ...] | None
    changed: int


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
        self._last: list[Callable[[], None]] = []
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
            self._session = _Session(bind=self.connection, expire_on_commit=False, autoflush=True)
        return self._session

    def lock(self, wait: float | None = None) -> None:
        """From here on this unit alone writes (SQLite); elsewhere rows are locked as they are touched, and this does
        nothing. `wait`, in seconds, bounds the queueing for it, the database's own by default. Raises Unavailable.
        """
        if self._locked:
            return
        if self._database.kind == "sqlite":
            try:
                self._database.queue.take(wait)
            except TooLong as error:
                raise Unavailable("the write lock was not free in time") from error
            except OSError as error:
                raise NoFile(self._database.file) from error
            self._holds = True
            self._begin()
        self._locked = True

    def execute(self, statement: Any, values: Any = None) -> Any:
        """Run a Core statement. Raises Clash, Stale (run again), Unavailable."""
        return self.connection.execute(statement, values)

    def run(self, statement: Prepared, given: Mapping[str, Any]) -> Ran:
        """Run a prepared statement: the same as execute(), at a fifth of the price."""
        with self._cursor(statement, given) as (ready, cursor):
            raw = cursor.fetchone() if ready.results else None
            return Ran(None if raw is None else prepared.row(ready, raw), cursor.rowcount)

    def rows(self, statement: Prepared, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a prepared statement."""
        with self._cursor(statement, given) as (ready, cursor):
            return [prepared.row(ready, raw) for raw in cursor.fetchall()]

    @contextlib.contextmanager
    def _cursor(self, statement: Prepared, given: Mapping[str, Any]) -> Iterator[tuple[prepared.Ready, Any]]:
        """The driver's, with that statement run."""
        ready = statement.on(self._database.engine.dialect)
        try:
            with contextlib.closing(self._driver.cursor()) as cursor:
                cursor.execute(ready.sql, prepared.values(ready, given))
                yield ready, cursor
        except Exception as error:
            raise self._told(error) from error

    def before_commit(self, work: Callable[[], None]) -> None:
        """Do it behind everything else, in the order asked for: for a row that everybody locks, so that it is held for
        the shortest time and always as the last one. Without a commit it is not done."""
        self._last.append(work)

    def commit(self) -> None:
        if self._session is not None:
            self._session.flush()
        while self._last:
            self._last.pop(0)()
        try:
            self._driver.commit()
        except Exception as error:
            raise self._told(error) from error
        if self._connection is not None and self._connection.in_transaction():
            self._connection.commit()  # nothing is left to do but for SQLAlchemy to know it
        self._release()
        if self.durable:
            self.sync()

    def rollback(self) -> None:
        self._last.clear()
        if self._session is not None:
            self._session.close()
            self._session = None
        try:
            if self._connection is not None:
                self._connection.rollback()
                self._driver.rollback()
        except Exception as error:
            raise self._told(error) from error
        finally:
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

    @property
    def _driver(self) -> Any:
        return self.connection.connection.dbapi_connection

    def _begin(self) -> None:
        try:
            self._driver.execute("BEGIN IMMEDIATE")
        except Exception as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> Exception:
        """The error in our own words; what is none of the driver's comes back as it is."""
        dialect = self._database.engine.dialect
        driver: Any = dialect.loaded_dbapi
        if isinstance(error, driver.Error) and dialect.is_disconnect(error, self._driver, None):
            self.connection.invalidate()
            return Unavailable(type(error).__name__)
        told: Exception = _in_our_words(error, driver, self._database.file)
        return told

    def _release(self) -> None:
        self._locked = False
        if self._holds:
            self._holds = False
            self._database.queue.give()

    def sync(self) -> None:
        """Bring SQLite's write-ahead log to the disk: what synchronous=FULL does, but only for commits that need it.

        Commits of other threads since the last sync ride along. A checkpoint that emptied the log has synced it before.
        """
        if self._database.file is None:
            return
        log = os.open(f"{self._database.file}-wal", os.O_RDONLY)
        try:
            os.fdatasync(log)
        finally:
            os.close(log)


def _tell_plainly(context: ExceptionContext) -> None:
    """Driver errors in our own words, so that nobody above this file knows a driver."""
    error = context.original_exception
    if not isinstance(error, Exception):
        return  # Ctrl-C, which SQLAlchemy takes for the end of the connection
    if context.is_disconnect:
        raise Unavailable(type(error).__name__) from error
    if (context.statement or "").startswith("DESCRIBE"):
        return  # SQLAlchemy asks MySQL so whether there is a table, and reads the refusal itself
    named = context.engine.url.database if context.engine is not None else None
    told = _in_our_words(error, context.dialect.loaded_dbapi, Path(named) if named else None)
    if told is not error:
        raise told from error


def _in_our_words(error: BaseException, driver: Any, file: Path | None) -> Any:
    """`file` is SQLite's."""
    if isinstance(error, driver.IntegrityError) or getattr(error, "sqlstate", None) == _REFUSED:
        return Clash(type(error).__name__)
    if isinstance(error, driver.Error) and _no_table(error):
        return NoTables()
    if not isinstance(error, driver.OperationalError):
        return error
    if getattr(error, "sqlite_errorname", "").startswith(_CLOSED):
        return NoFile(file)
    return Stale() if getattr(error, "sqlstate", None) in _TRY_AGAIN else Unavailable(type(error).__name__)


def _no_table(error: BaseException) -> bool:
    said = error.args[0] if error.args else ""
    if getattr(error, "sqlstate", None) in _NO_TABLE or said in _NO_TABLE:
        return True
    return hasattr(error, "sqlite_errorname") and str(said).startswith("no such table")
