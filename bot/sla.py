"""When what has to be done: the rules of desk.yaml on the working time of the office. Pure but for reading both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from config.calendar import Calendar
from config.desk import DeskRules, Span
from models.history import Due, Facts


class Sla:
    """`rules` and `calendar` give the present ones: both may be edited while we run."""

    def __init__(self, rules: Callable[[], DeskRules], calendar: Callable[[], Calendar]) -> None:
        self._rules = rules
        self._calendar = calendar

    def due(self, facts: Facts) -> Due:
        return Due()

    def send_back_until(self, dispatched_at: datetime) -> datetime | None:
        return self.add(dispatched_at, self._rules().send_back)

    def add(self, at: datetime, span: Span) -> datetime | None:
        """None: the end lies in a year whose holidays are not known."""
        return None
