"""The yardstick: the least that can answer an encrypted callback. Flask and wechatpy, as its own example does it."""

from __future__ import annotations

from flask import Flask, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

from wechat_side import AES_KEY, APPID, TOKEN


def make() -> Flask:
    app = Flask(__name__)
    crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)

    @app.post("/wechat")
    def echo() -> str:
        query = request.args
        stamp, nonce = query["timestamp"], query["nonce"]
        xml = crypto.decrypt_message(request.get_data(), query["msg_signature"], stamp, nonce)
        message = parse_message(xml)
        return crypto.encrypt_message(create_reply(message.content, message).render(), nonce, stamp)

    @app.get("/readyz")
    def ready() -> str:
        return "ok"

    return app
