"""Long work beside short answers."""

from __future__ import annotations

import gc
import sys

import pytest

from knowledge.gently import gently


def test_it_leaves_everything_as_it_was() -> None:
    interval = sys.getswitchinterval()
    with pytest.raises(ValueError, match="half way"), gently():
        assert sys.getswitchinterval() < 0.001
        assert not gc.isenabled()
        raise ValueError("half way")
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
