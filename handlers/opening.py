"""What the settings name, opened: everything a door or a command needs, in one Kit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.almanac import Almanac
from bot.desk import Serving
from bot.kit import Kit
from bot.sla import Sla
from bot.telling import Telling
from bot.wechat import client
from config.calendar import day_of
from config.desk import load_desk
from config.live import Live
from config.notices import load_notices
from config.office import load_office
from config.privacy import privacy_of
from config.settings import Settings
from handlers.chat.phrases import PHRASES
from handlers.published import Published
from knowledge.answer import Thresholds
from knowledge.folder import WorkingCopy
from knowledge.library import Library
from models.db import Database
from models.remembering import remembering
from models.seal import Seal


def opened(
    settings: Settings, now: Callable[[], datetime], name: str, *, working_copy: bool = False, serves: bool = False
) -> Kit:
    """Nothing is opened before this. Raises what the first unusable part raises. `name`: this process, for admins.

    The library serves what the database has in force; `working_copy`: the content folder as it stands, for commands
    that look at it before it is published. `serves`: it may publish what is saved; commands that only read may not.
    """
    office = Live(settings.office_file, load_office)
    threads = settings.web_threads + settings.delivery_threads  # the clock may run in this process
    database = Database(settings.database_url, threads=threads)
    memory = remembering(settings.redis_url)
    source: Path | Published = settings.content_dir
    if not working_copy:
        copy, saving = WorkingCopy(settings.content_dir), serves and settings.publish == "saved"
        source = Published(database, memory, copy, now, saving=saving, name=name, serves=serves)
    library = Library(
        source,
        office().units,
        Thresholds.tolerating(settings.false_answers, settings.vain_choices),
        PHRASES,
        lambda: day_of(now()),
        asked=serves,
    )
    rules = Live(settings.desk_file, lambda path: load_desk(path, office().units))
    almanac = Almanac(office, database)
    return Kit(
        settings=settings,
        office=office,
        notices=Live(settings.notices_file, load_notices),
        rules=rules,
        privacy=privacy_of(settings),
        calendar=almanac,
        db=database,
        memory=memory,
        library=library,
        desk=partial(
            Serving,
            seal=Seal(settings.secret_key),
            deadlines=Sla(rules, almanac),
            telling=Telling(library.phrase, office, rules),
        ),
        now=now,
        wechat=client.service(settings, database, now),
        miniapp=client.miniapp(settings, database, now),
    )
