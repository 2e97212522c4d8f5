"""How often somebody may ask the API or come in by a page in a minute: one talent, and one address whoever asks from
it.

Counted in the memory of all processes; while Redis does not answer, in each by itself: a limit that fails lets in.
The library `limits` is not used for it: its storage in a process starts a thread that walks all keys for nearly every
hit, and keeps any number of them.
"""

from __future__ import annotations

from config.settings import Settings
from models.memory import Memory

MINUTE = 60


class Limits:
    def __init__(self, settings: Settings, memory: Memory) -> None:
        self._settings, self._memory = settings, memory

    def of_talent(self, talent: int) -> bool:
        """Count one more request; whether it is one too many."""
        return self._memory.count(f"api:talent:{talent}", MINUTE) > self._settings.api_per_minute

    def of_address(self, address: str) -> bool:
        return self._memory.count(f"api:address:{address}", MINUTE) > self._settings.api_per_address
