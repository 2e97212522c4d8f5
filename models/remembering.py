"""Which memory a service has."""

from __future__ import annotations

from models.memory import DictMemory, FallbackMemory, Memory


def remembering(url: str) -> Memory:
    """In Redis where there is a `url`, with this process behind it; else in this process."""
    local = DictMemory()
    if not url:
        return local
    from models.memory_redis import RedisMemory  # nor is its client loaded where there is none

    return FallbackMemory(RedisMemory(url), local)
