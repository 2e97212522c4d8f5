"""Everything a door needs, made once in wsgi.py and handed in. A record, no logic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.almanac import Almanac
from bot.desk import Serving
from bot.wechat.client import WeChat
from config.desk import DeskRules
from config.live import Live
from config.notices import Notices
from config.office import Office
from config.privacy import Inventory
from config.settings import Settings
from knowledge.library import Library
from models.db import Database, Unit
from models.memory import Memory


@dataclass(frozen=True)
class Kit:
    settings: Settings
    office: Live[Office]  # calling it gives the present one: office.yaml may be edited while we run
    notices: Live[Notices]  # so may notices.yaml
    rules: Live[DeskRules]  # and desk.yaml
    privacy: Live[Inventory]  # and privacy.yaml
    calendar: Almanac  # calling it gives the present one: years may be brought in while we run
    db: Database
    memory: Memory
    library: Library
    desk: Callable[[Unit], Serving]
    now: Callable[[], datetime]  # aware, UTC
    wechat: WeChat  # the service account
    miniapp: WeChat | None  # the mini-program, when there is one
