"""`./manage bench report [sqlite] [postgres] [mariadb]`: the reports of 10,000 tickets of two months, in process.

Servers are those of TEST_POSTGRES_URL and TEST_MARIADB_URL; a database of its own is made there and dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import paging
from bot.kit import Kit
from config.calendar import day_of


def main(arguments: list[str]) -> None:
    paging.measure("report", __doc__, arguments, _paths, role="lead", times=6)


def _paths(kit: Kit) -> Iterator[tuple[str, str]]:
    for name, days in (("a week", 7), ("a month", 30), ("a quarter", 90)):
        yield name, f"/console/reports?first={day_of(kit.now()) - timedelta(days=days - 1)}&step=week"
