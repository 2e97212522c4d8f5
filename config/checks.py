"""What is wrong with a set of settings before anything is started, each with its id and its cure.

Nothing is connected to and nothing is written: what only a server can tell is told by /readyz.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from config.document import BadFile
from config.privacy import privacy_of
from config.settings import Settings

# Published with the source, so worth nothing as secrets: the emulated account of the demo.
DEMO_KEYS = frozenset(
    {
        "huicaidemo",
        "huicaiDemoKeyOnlyForTheEmulatorOnThisDesk10",
        "demo-secret-of-the-emulated-account",
        "emulator-mini-secret",
    }
)

_HALF_A_YEAR = 184  # days; the longest six months
_LONGEST_SEND = 35  # seconds: a call of 8, a new token for it, both again; and some for the database
_WEAK_KEYS = ("secret", "changeme", "change-me", "password")
_DRIVERS = {
    "sqlite": "sqlite3",
    "postgresql": "psycopg",
    "postgresql+psycopg": "psycopg",
    "mysql+pymysql": "pymysql",
    "mariadb+pymysql": "pymysql",
}


class Finding(NamedTuple):
    """An "error" must stop the start; a "warning" is said once and borne."""

    id: str
    level: Literal["error", "warning"]
    problem: str
    cure: str


def check(settings: Settings, root: Path) -> list[Finding]:
    """Everything wrong at once, errors first: whoever sets up a server should not meet the faults one by one."""
    found = [_finding(id_, words) for id_, look in _CHECKS for words in look(settings, root)]
    return sorted(found, key=lambda finding: finding.level)


def check_eviction(policy: str) -> Finding | None:
    """For the caller who has asked Redis: `policy` is its maxmemory-policy, empty when it would not say."""
    if policy in ("", "noeviction"):
        return None
    cure = "set maxmemory-policy noeviction（避免锁被清除）"
    return Finding("W003", "warning", f"REDIS_URL: a full Redis would drop locks ({policy})", cure)


Words = Iterator[tuple[str, str]]


def _finding(id_: str, words: tuple[str, str]) -> Finding:
    return Finding(id_, "error" if id_.startswith("E") else "warning", *words)


def _token(settings: Settings, _root: Path) -> Words:
    token = settings.wechat_token
    if not token:
        # An empty token would accept a signature that anybody can make.
        yield "WECHAT_TOKEN is empty", "copy the Token of the message push page（服务器配置里的令牌）"
    elif not re.fullmatch(r"[A-Za-z0-9]{3,32}", token):
        yield "WECHAT_TOKEN is not 3 to 32 letters and digits", "set the same one at WeChat（令牌两处要一致）"


def _aes_keys(settings: Settings, _root: Path) -> Words:
    if not settings.wechat_aes_key and settings.wechat_mode != "plain":
        problem = f"WECHAT_AES_KEY is empty and WECHAT_MODE is {settings.wechat_mode}"
        yield problem, "copy the EncodingAESKey of the message push page（消息加解密密钥）"
    keys = {"WECHAT_AES_KEY": settings.wechat_aes_key, "WECHAT_AES_KEY_OLD": settings.wechat_aes_key_old}
    for name, key in keys.items():
        # WeChat leaves out the final "="; 43 such characters decode to the 32 bytes of an AES key.
        if key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", key):
            yield f"{name} is no EncodingAESKey", "copy all 43 characters, without spaces（43 位，不带空格）"


def _secret_key(settings: Settings, _root: Path) -> Words:
    key = settings.secret_key
    if not settings.demo and (len(key) < 32 or len(set(key)) < 8 or key.lower().startswith(_WEAK_KEYS)):
        problem = "is empty" if not key else "is short or easy to guess"
        yield f"SECRET_KEY {problem}", "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'（生成后妥善保存）"


def _processes(settings: Settings, _root: Path) -> Words:
    if settings.web_concurrency > 1 and not settings.redis_url:
        problem = f"WEB_CONCURRENCY is {settings.web_concurrency} and REDIS_URL is empty: no shared locks"
        yield problem, "set REDIS_URL, or WEB_CONCURRENCY=1（多进程需要 Redis）"


def _account(settings: Settings, _root: Path) -> Words:
    if settings.demo:
        return
    for name, value in (("WECHAT_APPID", settings.wechat_appid), ("WECHAT_SECRET", settings.wechat_secret)):
        if not value:
            yield f"{name} is empty", "copy it from the account's basic settings page（公众平台“基本配置”）"
    if bool(settings.miniapp_appid) != bool(settings.miniapp_secret):
        yield "only one of MINIAPP_APPID and MINIAPP_SECRET is set", "set both, or none（小程序的两项要一起填）"


def _demo_at_home(settings: Settings, _root: Path) -> Words:
    url = urlsplit(settings.wechat_api_base)
    home = is_loopback(url.hostname or "")
    if settings.demo and not home:
        yield "DEMO is on and WECHAT_API_BASE is not this machine", "set DEMO=0, or use the emulator（演示只连本机）"
    own = {settings.wechat_token, settings.wechat_aes_key, settings.wechat_secret, settings.miniapp_secret}
    if not home and DEMO_KEYS & own:
        problem = "WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_SECRET or MINIAPP_SECRET is the demo's"
        yield problem, "set your own account's（换成自己的密钥）"
    if not url.hostname or url.scheme not in ("http", "https"):
        yield "WECHAT_API_BASE is no http address", "use https://api.weixin.qq.com（接口地址）"
    elif url.scheme != "https" and not home:
        yield "WECHAT_API_BASE would send the secret unencrypted", "begin it with https://（必须用 https）"


def _public(settings: Settings, _root: Path) -> Words:
    url = urlsplit(settings.public_url)
    bare = url.path in ("", "/") and not url.query and not url.fragment
    if settings.public_url and not (url.scheme in ("http", "https") and url.hostname and bare):
        yield "PUBLIC_URL is no web address", "begin it with https:// and leave out the path（网址，不带路径）"


def _database(settings: Settings, _root: Path) -> Words:
    scheme, _, rest = settings.database_url.partition("://")
    if scheme not in _DRIVERS:
        known = ", ".join(f"{name}://" for name in _DRIVERS if "+" in name or name == "sqlite")
        yield f"DATABASE_URL begins with {scheme[:30]!r}", f"begin it with one of {known}（数据库类型）"
    elif find_spec(_DRIVERS[scheme]) is None:
        yield f"DATABASE_URL needs {_DRIVERS[scheme]}", "pip install -r requirements-db.txt, ./manage does it（缺驱动）"
    elif scheme == "sqlite" and rest.strip("/") in ("", ":memory:"):
        yield (
            "DATABASE_URL keeps nothing: the database is in memory",
            "name a file: sqlite:///var/huicai.db（要写文件名）",
        )


def _folders(settings: Settings, root: Path) -> Words:
    wanted = {"VAR_DIR": root / settings.var_dir}
    scheme, _, file = settings.database_url.partition(":///")
    if scheme == "sqlite" and file and not file.startswith(":memory:"):
        wanted["DATABASE_URL"] = (root / file.partition("?")[0]).parent
    for name, folder in wanted.items():
        if not _writable(folder):
            yield f"{name}: {folder} cannot be written", "make the folder writable or choose another（目录要可写）"


def _files(settings: Settings, root: Path) -> Words:
    if not (root / settings.content_dir).is_dir():
        yield f"CONTENT_DIR: there is no folder {settings.content_dir}", "correct the path（内容目录不存在）"
    files = {
        "OFFICE_FILE": settings.office_file,
        "MENU_FILE": settings.menu_file,
        "NOTICES_FILE": settings.notices_file,
        "DESK_FILE": settings.desk_file,
        "PRIVACY_FILE": settings.privacy_file,
    }
    for name, path in files.items():
        if not (root / path).is_file():
            yield f"{name}: there is no file {path}", "correct the path（文件不存在）"


def _deadline(settings: Settings, _root: Path) -> Words:
    if not 0 < settings.passive_deadline < 5:
        problem = f"PASSIVE_DEADLINE is {settings.passive_deadline:g}; WeChat hangs up after 5 seconds"
        yield problem, "choose between 0 and 5, such as 3.5（要小于 5 秒）"


def _clock(settings: Settings, _root: Path) -> Words:
    if settings.clock == "inside" and settings.web_concurrency > 1:
        problem = f"CLOCK is inside and WEB_CONCURRENCY is {settings.web_concurrency}: each process would run the jobs"
        yield problem, "set CLOCK=own and start ./manage flask clock（定时任务单独一个进程）"


def _host(settings: Settings, _root: Path) -> Words:
    if settings.demo and not is_loopback(settings.host):
        yield f"DEMO is on and HOST is {settings.host}", "set HOST=127.0.0.1: anybody could sign in（演示只听本机）"


def _thresholds(settings: Settings, _root: Path) -> Words:
    if settings.false_answers > settings.vain_choices:
        yield "FALSE_ANSWERS is above VAIN_CHOICES", "make FALSE_ANSWERS the smaller one（前者要小）"


def _redis(settings: Settings, _root: Path) -> Words:
    if settings.redis_url and not settings.redis_url.startswith(("redis://", "rediss://", "unix://")):
        yield "REDIS_URL is no Redis address", "begin it with redis://, rediss:// or unix://（地址格式）"


def _retention(settings: Settings, root: Path) -> Words:
    try:
        _kept(settings, root)
    except BadFile as fault:
        yield f"PRIVACY_FILE: {fault}", "correct it there, or RETAIN_TEXT_DAYS and RETAIN_RECORD_DAYS（个人信息清单）"


def _half_a_year(settings: Settings, root: Path) -> Words:
    with contextlib.suppress(BadFile):
        days = _kept(settings, root).get("record", _HALF_A_YEAR)
        if days < _HALF_A_YEAR:
            yield (
                f"records are kept for {days} days: the law wants logs kept for six months",
                (f"set RETAIN_RECORD_DAYS to {_HALF_A_YEAR} or more（网络安全法：网络日志不少于六个月）"),
            )


def _kept(settings: Settings, root: Path) -> dict[str, int]:
    """How many days what is kept; nothing where there is no file: E010 tells that."""
    settings = replace(settings, privacy_file=root / settings.privacy_file)
    if not settings.privacy_file.is_file():
        return {}
    inventory = privacy_of(settings)()
    return {name: period.days for name, period in inventory.keep.items() if period.days}


def _plain(settings: Settings, _root: Path) -> Words:
    if settings.wechat_mode == "plain":
        problem = "WECHAT_MODE is plain: the signature does not cover the message, so it can be replaced on the way"
        yield problem, "choose 安全模式 at WeChat and WECHAT_MODE=safe here"


def _one_writer(settings: Settings, _root: Path) -> Words:
    if settings.database_url.startswith("sqlite") and settings.web_concurrency > 1:
        yield "DATABASE_URL is SQLite: one process writes at a time", "use PostgreSQL when it gets busy（可换数据库）"


def _lease(settings: Settings, _root: Path) -> Words:
    if settings.delivery_lease < _LONGEST_SEND:
        problem = f"DELIVERY_LEASE is {settings.delivery_lease}: one slow send may take longer, and be made twice"
        yield problem, f"set {_LONGEST_SEND} or more, such as 60（一次发送最长约 32 秒）"


def _single_sign_on(settings: Settings, _root: Path) -> Words:
    if not settings.oidc_issuer:
        return
    url = urlsplit(settings.oidc_issuer)
    if not url.hostname or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url.hostname))):
        yield "OIDC_ISSUER is no https address", "copy it from the provider（统一登录发行方的网址）"
    if not settings.oidc_client_id or not settings.public_url:
        problem = "OIDC_ISSUER is set, and OIDC_CLIENT_ID or PUBLIC_URL is not"
        yield problem, "set all three（统一登录要一起填；PUBLIC_URL 用来回到工作台）"


def _proxies(settings: Settings, _root: Path) -> Words:
    for each in settings.trusted_proxies.split():
        try:
            ip_network(each, strict=False)
        except ValueError:
            problem = f"TRUSTED_PROXIES has {each!r}, which is no address"
            yield problem, "write addresses or networks with blanks between（IP 或网段，空格隔开）"


def _behind(settings: Settings, _root: Path) -> Words:
    hidden = settings.public_url.startswith("https://") and is_loopback(settings.host)
    if hidden and not settings.trusted_proxies and not settings.demo and not any(_public(settings, _root)):
        problem = "TRUSTED_PROXIES is empty: behind a proxy all logins seem to come from one address"
        yield problem, "set it to the proxy's address, such as 127.0.0.1（反向代理的地址）"


_CHECKS: tuple[tuple[str, Callable[[Settings, Path], Words]], ...] = (
    ("E001", _token),
    ("E002", _aes_keys),
    ("E003", _secret_key),
    ("E004", _processes),
    ("E005", _account),
    ("E006", _demo_at_home),
    ("E008", _database),
    ("E009", _folders),
    ("E010", _files),
    ("E011", _deadline),
    ("E012", _clock),
    ("E013", _host),
    ("E014", _thresholds),
    ("E015", _redis),
    ("E018", _public),
    ("E019", _retention),
    ("E020", _proxies),
    ("E021", _single_sign_on),
    ("W001", _plain),
    ("W002", _one_writer),
    ("W004", _half_a_year),
    ("W005", _lease),
    ("W006", _behind),
)


def is_loopback(host: str) -> bool:
    """Whether only this machine answers at `host`; a name other than localhost may lead anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _writable(folder: Path) -> bool:
    """A missing folder counts by the nearest one there is: it will be made in it."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
