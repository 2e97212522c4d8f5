"""Strangers who send half a request and wait must not keep talents from their answers."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

import pytest
from wechat_posts import Poster

import databases
from servers import SMALL, environment, serving


@pytest.mark.race
@pytest.mark.timeout(120)
def test_a_hundred_half_sent_bodies_stop_nobody(tmp_path: Path) -> None:
    with contextlib.ExitStack() as lines:
        url = lines.enter_context(databases.migrated("sqlite", tmp_path))
        settings = environment(tmp_path, url, "", workers=1) | {"CONTENT_DIR": str(SMALL), "LOG_LEVEL": "ERROR"}
        server = lines.enter_context(serving(settings))
        query = f"signature=0&timestamp={int(time.time())}&nonce=1&encrypt_type=aes&msg_signature=0"
        for _ in range(100):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n<xml>".encode())
        poster = Poster(server.port)
        answers = [poster.once("oSlow", "你好", number, poster.side.at) for number in range(1, 6)]
        assert all(answers)
