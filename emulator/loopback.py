"""The emulator talks to this machine and to nobody else."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


class NotLoopback(ValueError):
    """An address that leads off this machine, or is no address at all; the text says what to give instead."""


def is_loopback(host: str) -> bool:
    """`localhost` or a loopback address. Other names are refused unresolved: what they mean may change later."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_bind(host: str) -> str:
    if not is_loopback(host):
        raise NotLoopback(f"The emulator binds to loopback only, not to {host}: use --host 127.0.0.1.")
    return host


def check_callback(url: str) -> str:
    """The callback URL itself, once it is sure that it stays on this machine."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise NotLoopback(f"{url} is not a URL ({error}): use one like http://127.0.0.1:8000/wechat.") from error
    if parts.scheme != "http" or not host or port == 0 or parts.username is not None or not url.isascii():
        raise NotLoopback(f"{url} is not a plain http URL: use one like http://127.0.0.1:8000/wechat.")
    if not is_loopback(host):
        raise NotLoopback(
            f"The callback must stay on this machine, and {host} does not: use http://127.0.0.1:PORT/PATH."
        )
    return url
