"""Who calls, as far as the connection tells: from which address, and whether from a page of ours."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flask import Request

from config.settings import Settings

Address = Callable[[Request], str]


def addressed(settings: Settings) -> Address:
    """How a request's address is found: X-Forwarded-For counts only as far as proxies of ours wrote it."""
    trusted = [ip_network(each, strict=False) for each in settings.trusted_proxies.split()]

    def ours(address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in trusted)
        except ValueError:
            return False

    def address(request: Request) -> str:
        found = request.remote_addr or ""
        for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
            if not ours(found) or not _is_address(said.strip()):
                break
            found = said.strip()
        return found

    return address


def is_foreign(request: Request, settings: Settings) -> bool:
    """Whether a page of somebody else's made the browser send this. What is no browser says nothing, and is none."""
    said = request.headers.get("Sec-Fetch-Site", "")
    if said:
        return said not in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    hosts = {request.host, urlsplit(settings.public_url).netloc}
    return bool(origin) and urlsplit(origin).netloc not in hosts - {""}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
