"""`./manage bench list [sqlite] [postgres] [mariadb]`: the whole inbox page over 10,000 tickets, in process.

Servers are those of TEST_POSTGRES_URL and TEST_MARIADB_URL; a database of its own is made there and dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

import paging
from bot.kit import Kit

_VIEWS = ("mine", "free", "today", "all", "all&state=open&sort=heard", "all&q=津贴", "all&q=13800001234")


def main(arguments: list[str]) -> None:
    paging.measure("list", __doc__, arguments, _paths, role="agent", times=12)


def _paths(kit: Kit) -> Iterator[tuple[str, str]]:
    for path in (*(f"/console/?view={view}" for view in _VIEWS), "/console/live?view=all", "/console/poll"):
        yield path, path
