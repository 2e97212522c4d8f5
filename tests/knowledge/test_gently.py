"""Long work beside short answers."""

from __future__ import annotations

import contextlib
import gc
import sys

import pytest

from knowledge.gently import gently, release


def test_it_leaves_everything_as_it_was() -> None:
    interval = sys.getswitchinterval()
    with gently():
        assert sys.getswitchinterval() < 0.001
        assert not gc.isenabled()
    assert sys.getswitchinterval() == pytest.approx(interval)
    with contextlib.suppress(ValueError), gently():
        raise ValueError
    assert sys.getswitchinterval() == pytest.approx(interval)
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with gently():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_everything_is_let_go() -> None:
    things = [object() for _ in range(1201)]
    release(things)
    assert things == []
