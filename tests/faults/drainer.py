"""A process that sends what is due until it is killed: `python drainer.py NAME`; settings are in the environment."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot.attempt import Pace
from bot.delivery import Delivery
from bot.kit import Kit
from bot.wechat import client
from config.live import Live
from config.notices import load_notices
from config.settings import ROOT, Settings
from models.db import Database, Unavailable

# The lease is longer than a busy machine keeps a sender waiting: who lives is not to be taken for dead.
PACE = Pace(lease=timedelta(seconds=15), pause=timedelta(seconds=0.2), repeat=timedelta(seconds=0.2))


def now() -> datetime:
    return datetime.now(UTC)


def kit(settings: Settings) -> Kit:
    """What sending needs, without the content: a process that is killed every second must come up in less."""
    database = Database(settings.database_url)
    unused: Any = None
    return Kit(
        settings=settings,
        office=unused,
        notices=Live(ROOT / "config/notices.demo.yaml", load_notices),
        rules=unused,
        privacy=unused,
        calendar=unused,
        db=database,
        memory=unused,
        library=cast("Any", SimpleNamespace(phrase=lambda key, **_: "回复“更多”看余下内容")),
        desk=unused,
        now=now,
        wechat=client.service(settings, database, now),
        miniapp=None,
    )


def main() -> None:
    delivery = Delivery(kit(Settings.from_env(os.environ)), sys.argv[1], PACE)
    sys.stdout.write("up\n")
    sys.stdout.flush()
    while True:
        try:
            delivery.run(5)
        except Unavailable as error:
            sys.stderr.write(f"{error}\n")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
