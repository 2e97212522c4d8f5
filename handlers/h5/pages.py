"""The mobile page below /m: a door of its own, on the same API as the mini-program. Each module makes its routes."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from bot.kit import Kit
from handlers.h5 import entering, shell

HOME = entering.HOME
_PAGES: tuple[Callable[[Blueprint, Kit], None], ...] = (entering.make, shell.make)


def make(kit: Kit) -> Blueprint:
    door = Blueprint("h5", __name__, url_prefix="/m", template_folder="templates")
    for page in _PAGES:
        page(door, kit)
    return door
