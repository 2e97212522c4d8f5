"""Short keys in Redis or Valkey, shared by all processes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import RedisError
from redis.retry import Retry

from models.memory import Memory, MemoryDown, positive

# Deletes the key only while it still holds our token: after it ran out, the lock may be somebody else's.
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
# In one script: a crash between the two, or a life that ends there, would leave a counter that never ends.
_COUNT = """
local total = redis.call('incr', KEYS[1])
if redis.call('pttl', KEYS[1]) < 0 then redis.call('pexpire', KEYS[1], ARGV[1]) end
return total
"""


class RedisMemory(Memory):
    """In Redis or Valkey, for all processes. Opens no connection before the first call; raises MemoryDown.

    redis-py's own defaults wait up to a minute for a dead server, and WeChat hangs up after 5 seconds. So: short
    timeouts, and one more try only for a broken connection (Redis was restarted), never for a silent server.
    """

    def __init__(self, url: str, prefix: str = "huicai:", timeout: float = 0.3) -> None:
        self._prefix = prefix
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisGone,)),
        )

    def get(self, key: str) -> str | None:
        return cast("str | None", self._ask(lambda: self._redis.get(self._prefix + key)))

    def many(self, keys: Sequence[str]) -> list[str | None]:
        names = [self._prefix + key for key in keys]
        return cast("list[str | None]", self._ask(lambda: self._redis.mget(names))) if names else []

    def set(self, key: str, value: str, seconds: float) -> None:
        self._ask(lambda: self._redis.set(self._prefix + key, value, px=_milliseconds(seconds)))

    def add(self, key: str, value: str, seconds: float) -> bool:
        return bool(self._ask(lambda: self._redis.set(self._prefix + key, value, px=_milliseconds(seconds), nx=True)))

    def count(self, key: str, seconds: float) -> int:
        life = _milliseconds(seconds)
        return int(self._ask(lambda: self._redis.eval(_COUNT, 1, self._prefix + key, life)))

    def delete(self, key: str) -> None:
        self._ask(lambda: self._redis.delete(self._prefix + key))

    def take(self, key: str, seconds: float) -> str | None:
        token = secrets.token_hex(8)
        # The second look: when the connection broke after Redis had done it, the repeated `add` finds our own token.
        return token if self.add(key, token, seconds) or self.get(key) == token else None

    def release(self, key: str, token: str) -> None:
        self._ask(lambda: self._redis.eval(_RELEASE, 1, self._prefix + key, token))

    def eviction(self) -> str:
        """What the server throws away when it is full ("noeviction" is right), or an empty text if it does not say."""
        try:
            return str(self._redis.config_get("maxmemory-policy").get("maxmemory-policy", ""))
        except RedisError:
            return ""

    def close(self) -> None:
        self._redis.close()

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (RedisError, OSError) as fault:
            raise MemoryDown(str(fault)) from fault


def _milliseconds(seconds: float) -> int:
    return max(1, round(positive(seconds) * 1000))
