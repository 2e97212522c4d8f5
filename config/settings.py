"""Every setting, once: its type, default, environment name, help and whether it is a secret.

`Settings.from_env(os.environ)` is called by the launcher and by wsgi.py alone; everybody below is handed the record.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent

# By the last @, not by a URL parser: a password with a slash in it is a mistake, but it still must not be shown.
_PASSWORD = re.compile(r"(^[\w+.-]+://[^:@/]*:)(.+)(?=@)|([?&]password=)([^&]+)")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


class BadSetting(ValueError):
    """A setting that cannot be read. `str()` is one sentence for whoever set it; it never repeats a secret."""

    def __init__(self, name: str, problem: str, cure: str) -> None:
        super().__init__(f"{name} {problem}；{cure}")
        self.name, self.problem, self.cure = name, problem, cure


class About(NamedTuple):
    """What stands beside a setting. Hide "password": a URL that may carry one, the rest of it is worth reading."""

    help: str
    hide: Literal["no", "password", "all"] = "no"
    least: float | None = None
    most: float | None = None


class Spec(NamedTuple):
    """One setting as declared below; `name` is its field in capitals, as it stands in the environment."""

    field: str
    name: str
    kind: Any
    default: Any
    about: About


class Row(NamedTuple):
    """One line of the table of settings. `value` is safe to show."""

    name: str
    type: str
    default: str
    value: str
    help: str


@dataclass(frozen=True, repr=False)
class Settings:
    """What one process runs with. Every path is absolute when made by `from_env`."""

    wechat_token: Annotated[str, About("Token of the message push page, 3 to 32 letters and digits", hide="all")] = ""
    wechat_aes_key: Annotated[str, About("EncodingAESKey, 43 characters", hide="all")] = ""
    wechat_aes_key_old: Annotated[str, About("The one before, while it is being replaced", hide="all")] = ""
    wechat_appid: Annotated[str, About("AppID of the service account")] = ""
    wechat_secret: Annotated[str, About("AppSecret of the service account", hide="all")] = ""
    miniapp_appid: Annotated[str, About("AppID of the mini-program; empty: there is none")] = ""
    miniapp_secret: Annotated[str, About("AppSecret of the mini-program", hide="all")] = ""
    miniapp_state: Annotated[
        Literal["formal", "trial", "developer"], About("Which version of the mini-program opens from a notice")
    ] = "formal"
    wechat_api_base: Annotated[str, About("Where WeChat's API is; the emulator in the demo")] = (
        "https://api.weixin.qq.com"
    )
    wechat_mode: Annotated[Literal["safe", "compat", "plain"], About("How messages travel: as set at WeChat")] = "safe"
    public_url: Annotated[str, About("Where people's phones reach us, for links; empty: no links are offered")] = ""
    database_url: Annotated[str, About("Where the rows are kept", hide="password")] = "sqlite:///var/huicai.db"
    redis_url: Annotated[str, About("Where short keys are kept; empty: in this one process", hide="password")] = ""
    content_dir: Annotated[Path, About("Questions and answers, service items, places")] = Path("knowledge/content")
    publish: Annotated[Literal["saved", "command"], About("What publishes content: saving it, or kb publish")] = "saved"
    office_file: Annotated[Path, About("Hours, hotline and units of the office")] = Path("config/office.yaml")
    menu_file: Annotated[Path, About("The menu below the chat")] = Path("config/menu.yaml")
    notices_file: Annotated[Path, About("Templates of the notices sent unasked")] = Path("config/notices.yaml")
    desk_file: Annotated[Path, About("Times, dispatch and ratings of the hotline desk")] = Path("config/desk.yaml")
    privacy_file: Annotated[Path, About("What is known of people: why, what, how long, who sees it")] = Path(
        "config/privacy.yaml"
    )
    var_dir: Annotated[Path, About("Files the product writes itself")] = Path("var")
    secret_key: Annotated[str, About("Seals contacts in the database; 32 or more characters", hide="all")] = ""
    demo: Annotated[bool, About("The emulator and made-up accounts, on this machine only")] = False
    second_factor: Annotated[
        Literal["admins", "all", "off"], About("Whose login at the console wants a code from their phone too")
    ] = "admins"
    password_kinds: Annotated[
        int, About("Of small letters, capitals, digits and signs, how many a password must have", least=1, most=4)
    ] = 3
    password_days: Annotated[int, About("Days until staff must change their password; 0: never", least=0)] = 90
    session_idle: Annotated[int, About("Minutes without anything done that end a login", least=1, most=1440)] = 30
    session_longest: Annotated[int, About("Hours a login lasts at most", least=1, most=24)] = 8
    oidc_issuer: Annotated[str, About("Who proves staff's identity by OpenID Connect; empty: passwords alone")] = ""
    oidc_client_id: Annotated[str, About("What we are called there")] = ""
    oidc_client_secret: Annotated[str, About("What we prove ourselves with there", hide="all")] = ""
    oidc_name: Annotated[str, About("What staff call it, on the button of the login page")] = "统一身份认证"
    trusted_proxies: Annotated[
        str, About("Proxies whose X-Forwarded-For is believed, such as 127.0.0.1 10.0.0.0/8; empty: nobody's")
    ] = ""
    api_per_minute: Annotated[int, About("Requests of one talent to the API in a minute", least=1)] = 120
    api_per_address: Annotated[int, About("Requests of one address to the API in a minute", least=1)] = 600
    wechat_oauth_base: Annotated[
        str, About("Where pages send people to log in by WeChat; the emulator in the demo")
    ] = "https://open.weixin.qq.com"
    clock: Annotated[Literal["inside", "own", "off"], About("Who runs the jobs")] = "inside"
    retain_text_days: Annotated[int, About("Days that words are kept; 0: what PRIVACY_FILE says", least=0)] = 0
    retain_record_days: Annotated[int, About("Days that records are kept; 0: what PRIVACY_FILE says", least=0)] = 0
    host: Annotated[str, About("Address to listen on")] = "127.0.0.1"
    port: Annotated[int, About("Port to listen on", least=1, most=65535)] = 8000
    web_concurrency: Annotated[int, About("Web processes; more than one needs REDIS_URL", least=1)] = 1
    web_threads: Annotated[int, About("Messages one process handles at once", least=1)] = 2
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], About("The least that is logged")] = "INFO"
    log_format: Annotated[Literal["text", "json"], About("How a log line looks")] = "text"
    passive_deadline: Annotated[float, About("Seconds until an answer is sent later; WeChat hangs up at 5")] = 3.5
    delivery_threads: Annotated[int, About("Messages sent unasked at the same time", least=1)] = 4
    delivery_per_second: Annotated[
        float, About("Messages one process sends unasked in a second, at most", least=0.1)
    ] = 20
    delivery_lease: Annotated[int, About("Seconds until what a process had in hand is sent by another", least=1)] = 60
    state_minutes: Annotated[int, About("Minutes after which a half-done talk is forgotten", least=1)] = 10
    reply_chars: Annotated[int, About("Characters of one text reply", least=1)] = 600
    reply_bytes: Annotated[int, About("UTF-8 bytes of one text reply; WeChat takes 2048", least=4, most=2048)] = 1800
    signature_window: Annotated[int, About("Seconds a signed callback may be early or late", least=1)] = 300
    body_limit: Annotated[int, About("Bytes of one request from WeChat", least=1024)] = 65536
    false_answers: Annotated[float, About("Share of all questions that may be answered wrongly", least=0, most=1)] = (
        0.03
    )
    vain_choices: Annotated[
        float, About("Share of all questions that may be offered choices in vain", least=0, most=1)
    ] = 0.2
    exam_pass: Annotated[
        float, About("Share of the exam's questions that content must answer rightly", least=0, most=1)
    ] = 0.95
    reload_seconds: Annotated[float, About("Seconds between two looks at changed files", least=0.1)] = 0.5

    @classmethod
    def from_env(cls, mapping: Mapping[str, str], root: Path = ROOT) -> Settings:
        """Read the settings from `mapping`; relative paths start at `root`. BadSetting on the first one not understood.

        An empty value counts as not set, as `NAME=` in an env file means. NAME_FILE may hold any secret.
        """
        values: dict[str, Any] = {}
        for spec in specs():
            raw = _raw(spec, mapping, root)
            value = spec.default if raw is None else _parsed(spec, raw)
            values[spec.field] = root / value if isinstance(value, Path) else value
        values["database_url"] = _rooted(values["database_url"], root)
        return cls(**values)

    def secrets(self) -> frozenset[str]:
        """Every string that must never stand in a log: secret values, and the passwords inside URLs."""
        found: set[str] = set()
        for spec in specs():
            value = getattr(self, spec.field)
            if spec.about.hide == "all":
                found.add(value)
            elif spec.about.hide == "password":
                found |= {form for quoted in _passwords(value) for form in (quoted, unquote(quoted))}
        return frozenset(found - {""})

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{row.name}={row.value}' for row in table(self))})"


def table(settings: Settings) -> list[Row]:
    """All settings for the docs and the console, in the order they are declared, secrets masked."""
    return [
        Row(name, _type_name(kind), str(default), _masked(about, getattr(settings, field)), about.help)
        for field, name, kind, default, about in specs()
    ]


@cache
def specs() -> tuple[Spec, ...]:
    """The settings as declared, for whoever documents or checks them."""
    kinds = get_type_hints(Settings, include_extras=True)
    return tuple(Spec(at.name, at.name.upper(), *_split(kinds[at.name], at.default)) for at in fields(Settings))


def _split(annotated: Any, default: Any) -> tuple[Any, Any, About]:
    kind, about = get_args(annotated)
    return kind, default, about


def _raw(spec: Spec, mapping: Mapping[str, str], root: Path) -> str | None:
    text = mapping.get(spec.name, "").strip()
    if spec.about.hide == "no":
        return text or None
    file = mapping.get(f"{spec.name}_FILE", "").strip()
    if not file:
        return text or None
    if text:
        raise BadSetting(spec.name, f"is set, and {spec.name}_FILE too", "keep only one of the two（二者只留一个）")
    return _from_file(f"{spec.name}_FILE", root / file)


def _from_file(name: str, path: Path) -> str:
    """A secret file that cannot be read must stop the start: running without the secret would be worse."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "not UTF-8 text"
        problem = f"names {path}, which cannot be read ({reason})"
        raise BadSetting(name, problem, "name a readable file（请改路径或权限）") from None
    if not text:
        raise BadSetting(name, f"names {path}, which is empty", "write the secret into it（请写入密钥）")
    return text


def _parsed(spec: Spec, raw: str) -> Any:
    choices = get_args(spec.kind)
    if choices:
        return _choice(spec, raw, choices)
    if spec.kind is bool:
        return _yes_or_no(spec, raw)
    if spec.kind in (int, float):
        return _number(spec, raw)
    return spec.kind(raw)


def _choice(spec: Spec, raw: str, choices: tuple[str, ...]) -> str:
    for choice in choices:
        if raw.lower() == choice.lower():
            return choice
    raise BadSetting(spec.name, f"is {raw!r}", f"use one of {', '.join(choices)}（只能取其中之一）")


def _yes_or_no(spec: Spec, raw: str) -> bool:
    word = raw.lower()
    if word in _YES | _NO:
        return word in _YES
    raise BadSetting(spec.name, f"is {raw!r}", "use 1 or 0（只能取 1 或 0）")


def _number(spec: Spec, raw: str) -> float:
    word = "a whole number" if spec.kind is int else "a number"
    try:
        value: float = spec.kind(raw)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadSetting(spec.name, f"is {raw!r}, not {word}", f"write {word} such as {spec.default}（请写数字）")
    least, most = spec.about.least, spec.about.most
    if least is not None and value < least:
        raise BadSetting(spec.name, f"is {raw}", f"use {least} or more（不能小于 {least}）")
    if most is not None and value > most:
        raise BadSetting(spec.name, f"is {raw}", f"use {most} or less（不能大于 {most}）")
    return value


def _rooted(url: str, root: Path) -> str:
    """A relative SQLite file lies below the root, wherever the process was started."""
    scheme, mark, path = url.partition(":///")
    if not scheme.startswith("sqlite") or not path or path.startswith(("/", ":memory:", "file:")):
        return url
    return f"{scheme}{mark}{root / path}"


def _passwords(url: str) -> list[str]:
    return [found[2] or found[4] for found in _PASSWORD.finditer(url)]


def _masked(about: About, value: Any) -> str:
    if about.hide == "all":
        return "******" if value else ""
    if about.hide == "password":
        return _PASSWORD.sub(lambda found: f"{found[1] or found[3]}******", value)
    return str(value)


def _type_name(kind: Any) -> str:
    return " | ".join(get_args(kind)) or str(kind.__name__).lower()
