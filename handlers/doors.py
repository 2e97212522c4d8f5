"""All doors of a web process, opened in one place."""

from __future__ import annotations

from functools import partial

from flask import Flask, redirect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.wechat.codec import Codec
from handlers import calendar_file, health
from handlers.chat import blueprint
from handlers.chat.routes import router
from handlers.console import pages
from handlers.h5 import pages as h5
from handlers.miniapp import api


def mount(app: Flask, kit: Kit) -> Pipeline:
    """Open the doors of `app`."""
    pipeline = Pipeline(kit, router())
    app.register_blueprint(blueprint.make(kit, Codec(kit.settings, kit.now), pipeline))
    app.register_blueprint(calendar_file.make(kit))
    app.register_blueprint(health.make(kit))
    app.register_blueprint(pages.make(kit))
    app.register_blueprint(h5.make(kit))
    if kit.settings.demo:
        app.add_url_rule("/", "front", partial(redirect, h5.HOME))
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {api.PREFIX: api.make(kit, pipeline)})  # type: ignore[method-assign]
    return pipeline
