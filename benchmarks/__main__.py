"""`./manage bench`: the throughput of the full path beside the bare echo. `bench reload`: while content changes.

`bench check`: the time of `kb check`. `bench consoles`: 200 open consoles beside the bot. `bench list`: a long list.
`bench login`: whether the time tells which names there are.
`bench report`: the reports of a quarter. `bench api`: the API of the pages beside callbacks.
"""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE.parent), str(_HERE), str(_HERE.parent / "tests")]

import api  # noqa: E402 - found through the paths above
import callbacks  # noqa: E402
import checking  # noqa: E402
import consoles  # noqa: E402
import knocking  # noqa: E402
import listing  # noqa: E402
import reload  # noqa: E402
import reporting  # noqa: E402

if sys.argv[1:2] == ["reload"]:
    reload.main(sys.argv[2:])
elif sys.argv[1:2] == ["api"]:
    api.main(sys.argv[2:])
elif sys.argv[1:2] == ["check"]:
    checking.main()
elif sys.argv[1:2] == ["consoles"]:
    consoles.main(sys.argv[2:])
elif sys.argv[1:2] == ["list"]:
    listing.main(sys.argv[2:])
elif sys.argv[1:2] == ["login"]:
    knocking.main(sys.argv[2:])
elif sys.argv[1:2] == ["report"]:
    reporting.main(sys.argv[2:])
else:
    callbacks.main()
