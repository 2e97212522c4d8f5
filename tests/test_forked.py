"""Programs forked for the tests, and what is said with them."""

from __future__ import annotations

import os

import pytest

from forked import Program

_COMPLAINING = """
import sys
sys.stderr.write("x" * 1_000_000)
print(input(), flush=True)
input()
"""


@pytest.mark.timeout(60)
def test_one_that_complains_at_length_is_not_held_up() -> None:
    with Program(["-c", _COMPLAINING], os.environ) as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write("here\n")
        assert program.stdout.readline() == "here\n"
        assert program.communicate("\n", timeout=60) == ("", "x" * 1_000_000)
