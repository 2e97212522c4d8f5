"""Long work beside short answers, in one process."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SLICE = 0.0005  # seconds after which another thread may take over; Python's own 0.005 adds up to a visible wait
_PORTION = 500


@contextmanager
def gently() -> Iterator[None]:
    """Other threads run every half millisecond, and the garbage collector, which stops them all, waits.

    What is made meanwhile is walked by it once unless the caller freezes it (gc.freeze) before it runs again.
    """
    interval, collected = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(min(interval, _SLICE))
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collected:
            gc.enable()


def release(things: list[Any]) -> None:
    """Lets go of them in portions: what 100,000 entries held would otherwise be freed in one go of 0.1 s."""
    while things:
        del things[-_PORTION:]
