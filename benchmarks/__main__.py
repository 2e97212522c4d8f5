"""`./manage bench`: the throughput of the full path beside the bare echo. `bench check`: the time of `kb check`."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE.parent), str(_HERE), str(_HERE.parent / "tests")]

if sys.argv[1:2] == ["check"]:
    import checking

    checking.main()
else:
    import callbacks

    callbacks.main()
