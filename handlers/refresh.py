"""Keeping what a process serves up to date: edited files, published versions, a new day."""

from __future__ import annotations

import gc
import logging
import time

from bot.kit import Kit
from knowledge.gently import gently

_log = logging.getLogger("huicai")


def settle() -> None:
    """Take the index out of the garbage collector's rounds: walking it stopped every answer for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def refresh(kit: Kit) -> None:
    """Take in what has changed; what is faulty is told in the log, once, and changes nothing."""
    office_fault = kit.office.fault
    if kit.office.refresh():
        kit.library.know(kit.office().units)
        kit.rules.again()
        _log.info("the new office file is in force")
    elif kit.office.fault is not office_fault:
        _log.error("the office stays as it was: %s", kit.office.fault)
    rules_fault = kit.rules.fault
    if kit.rules.refresh():
        _log.info("the new rules of the desk are in force")
    elif kit.rules.fault is not rules_fault:
        _log.error("the rules of the desk stay as they were: %s", kit.rules.fault)
    notices_fault = kit.notices.fault
    if kit.notices.refresh():
        _log.info("the new notices file is in force")
    elif kit.notices.fault is not notices_fault:
        _log.error("the notices stay as they were: %s", kit.notices.fault)
    privacy_fault = kit.privacy.fault
    if kit.privacy.refresh():
        _log.info("the new inventory of personal data is in force")
    elif kit.privacy.fault is not privacy_fault:
        _log.error("the inventory of personal data stays as it was: %s", kit.privacy.fault)
    if kit.calendar.refresh():
        _log.info("other holidays are in force")
    known = kit.library.faults
    with gently():
        changed = kit.library.refresh(time.monotonic())
        if changed:
            gc.freeze()  # no collection before it: it would walk all that was made, and stop every answer meanwhile
    if changed:
        _log.info("content %s is in force", kit.library.version)
    if kit.library.faults != known:
        tell(kit)


def tell(kit: Kit) -> None:
    """Everything that keeps content from being served as it should."""
    for fault in kit.library.faults:
        _log.error("content stays as it was: %s", fault)
