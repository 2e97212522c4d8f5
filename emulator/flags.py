"""Flags and environment: every flag has a variable of its own, and the flag wins."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from emulator.account import MINI_APPID, MINI_SECRET, MODES, Account, Mode
from emulator.crypto import CryptoFault, decode_key
from emulator.dispatch import Pace
from emulator.loopback import NotLoopback, check_bind, check_callback

# Fixed and public: good enough for a desk, and a bot's .env for development can repeat them.
DEMO_KEY = "HuiCaiTongDeskEmulatorEncodingAesKey0000000"
DEFAULTS = {
    "WECHAT_TOKEN": "emulatortoken",
    "WECHAT_AES_KEY": DEMO_KEY,
    "WECHAT_APPID": "wxde5c0a11d3500001",
    "WECHAT_SECRET": "emulator-secret",
    "MINIAPP_APPID": MINI_APPID,
    "MINIAPP_SECRET": MINI_SECRET,
    "EMULATOR_HOST": "127.0.0.1",
    "EMULATOR_PORT": "8001",
    "EMULATOR_CALLBACK": "http://127.0.0.1:8000/wechat",
    "EMULATOR_MODE": "safe",
    "EMULATOR_NAME": "汇才通",
    "EMULATOR_DEADLINE": "5",
    "EMULATOR_RETRIES": "3",
    "EMULATOR_DAILY": "0",
}


class BadFlags(ValueError):
    """One sentence: what is wrong, and what to give instead."""


@dataclass(frozen=True)
class Flags:
    account: Account
    mini: Account
    host: str
    port: int
    callback: str
    mode: Mode
    pace: Pace
    daily: int = 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadFlags(f"{message[:1].upper()}{message[1:]}: see python -m emulator --help.")


def _parser(env: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m emulator", description="A WeChat on your desk.", allow_abbrev=False)

    def add(flag: str, name: str, text: str) -> None:
        default = env.get(name) or DEFAULTS[name]
        parser.add_argument(flag, default=default, help=f"{text} (env {name})")

    add("--callback", "EMULATOR_CALLBACK", "where the bot takes WeChat's messages; loopback only")
    add("--host", "EMULATOR_HOST", "loopback address to bind")
    add("--port", "EMULATOR_PORT", "port of the page and the API")
    add("--token", "WECHAT_TOKEN", "Token of the back office, 3 to 32 letters and digits")
    add("--aes-key", "WECHAT_AES_KEY", "EncodingAESKey, 43 characters")
    add("--appid", "WECHAT_APPID", "AppID")
    add("--secret", "WECHAT_SECRET", "AppSecret")
    add("--mini-appid", "MINIAPP_APPID", "AppID of the mini-program beside it")
    add("--mini-secret", "MINIAPP_SECRET", "AppSecret of the mini-program")
    add("--mode", "EMULATOR_MODE", "plain, compat or safe")
    add("--name", "EMULATOR_NAME", "name of the account on the phones")
    add("--deadline", "EMULATOR_DEADLINE", "seconds WeChat waits for an answer")
    add("--retries", "EMULATOR_RETRIES", "how often it sends again")
    add("--daily", "EMULATOR_DAILY", "calls of each API a day, 0 for Tencent's own numbers")
    same = env.get("EMULATOR_SAME_STAMP", "").lower() in {"1", "true", "yes"}
    parser.add_argument(
        "--same-stamp",
        action="store_true",
        default=same,
        help="repeats carry the first timestamp and nonce (env EMULATOR_SAME_STAMP=1)",
    )
    return parser


def read_flags(argv: Sequence[str], env: Mapping[str, str]) -> Flags:
    """Checked settings, or BadFlags."""
    given = _parser(env).parse_args(argv)
    try:
        host, callback = check_bind(given.host), check_callback(given.callback)
    except NotLoopback as error:
        raise BadFlags(str(error)) from error
    _check_account(given.token, given.aes_key, given.appid)
    _check_mini(given.mini_appid, given.appid)
    account = Account(given.token, given.aes_key, given.appid, given.secret, given.name)
    return Flags(
        account=account,
        mini=account.mini(given.mini_appid, given.mini_secret),
        host=host,
        port=int(_number("--port", given.port, 1, 65535)),
        callback=callback,
        mode=_mode(given.mode),
        pace=Pace(
            deadline=_number("--deadline", given.deadline, 0.1, 60),
            retries=int(_number("--retries", given.retries, 0, 10)),
            same_stamp=given.same_stamp,
        ),
        daily=int(_number("--daily", given.daily, 0, 10**9)),
    )


def _check_account(token: str, aes_key: str, appid: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", token):
        raise BadFlags("The token must be 3 to 32 letters and digits: give --token or WECHAT_TOKEN.")
    try:
        decode_key(aes_key)
    except CryptoFault as error:
        raise BadFlags("The EncodingAESKey must be 43 base64 characters: give --aes-key or WECHAT_AES_KEY.") from error
    if not appid.isascii() or not appid.isalnum():
        raise BadFlags("The AppID must be letters and digits (wx0123456789abcdef): give --appid or WECHAT_APPID.")


def _check_mini(appid: str, other: str) -> None:
    if not appid.isascii() or not appid.isalnum() or appid == other:
        raise BadFlags("The mini-program needs an AppID of its own: give --mini-appid or MINIAPP_APPID.")


def _number(flag: str, value: str, low: float, high: float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise BadFlags(f"{flag} is {value}, but must be a number from {low:g} to {high:g}.")
    return number


def _mode(value: str) -> Mode:
    for mode in MODES:
        if value == mode:
            return mode
    raise BadFlags(f"--mode is {value}, but must be one of: {', '.join(MODES)}.")
