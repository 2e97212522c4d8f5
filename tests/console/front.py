"""The console as an app of its own. Its templates are compiled once for all tests."""

from __future__ import annotations

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from bot.kit import Kit
from handlers.console import pages


class _Compiled(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def app_of(kit: Kit) -> Flask:
    app = Flask("console-of-the-tests", static_folder=None)
    app.jinja_options = {**app.jinja_options, "bytecode_cache": _COMPILED}
    app.register_blueprint(pages.make(kit))
    return app
