"""Starts the product: `run` with the emulator on this machine, `serve` alone for real use. Called by ./manage."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from urllib.error import URLError

from config.checks import check
from config.settings import ROOT, BadSetting, Settings
from handlers.children import Child, Children
from handlers.demo import noted

# The emulated account. E006 refuses these outside this machine.
DEMO = {
    "WECHAT_TOKEN": "huicaidemo",
    "WECHAT_AES_KEY": "huicaiDemoKeyOnlyForTheEmulatorOnThisDesk10",
    "WECHAT_APPID": "wxdemo0000000000",
    "WECHAT_SECRET": "demo-secret-of-the-emulated-account",
    "NOTICES_FILE": "config/notices.demo.yaml",
    "MINIAPP_APPID": "wxde5c0a11d3500002",
    "MINIAPP_SECRET": "emulator-mini-secret",
    "DEMO": "1",
}
_START_SECONDS = 120  # a slow machine may need a minute; who ends by itself is told of at once


class CannotStart(Exception):
    """One sentence for whoever started us: what is wrong, and the cure."""


def main(arguments: Sequence[str]) -> int:
    try:
        if list(arguments) == ["run"]:
            return run(dict(os.environ))
        if list(arguments) == ["serve"]:
            return serve(dict(os.environ))
        raise CannotStart("usage: python -m handlers.launch run|serve")
    except (CannotStart, BadSetting) as error:
        print(f"huicai: {error}", file=sys.stderr)  # noqa: T201 - a launcher speaks to the terminal
        return 1
    except KeyboardInterrupt:
        return 0


def serve(environment: dict[str, str]) -> int:
    """Becomes the server: signals and exit code are its own from here on."""
    settings = _checked(environment)
    _prepare(settings)
    _free(settings.host, settings.port, "PORT")
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, "-m", "granian", *granian(settings)], environment)  # noqa: S606


def granian(settings: Settings) -> list[str]:
    """Arguments of the server. Few threads, for more only get in each other's way: twice as many cost half the answers.

    A body is awaited in one of them, so the internet must come through a proxy that takes bodies in first, as
    deploy/nginx.conf does. Strangers alone can keep only one thread waiting (see the door).
    """
    return [
        "--interface", "wsgi", "--factory", "--no-ws", "--http", "1",
        "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_concurrency), "--blocking-threads", str(settings.web_threads + 2),
        "--http1-header-read-timeout", "10000", "--respawn-failed-workers", "--workers-kill-timeout", "10",
        "--log-level", "error", "wsgi:serving",
    ]  # fmt: skip


def run(environment: dict[str, str]) -> int:
    """The bot, its clock and the emulator, until Ctrl-C. Everything started here is ended here."""
    port = _emulator_port(environment)
    emulated = f"http://127.0.0.1:{port}"
    _folder(ROOT / "var")  # commands look for the demo there
    secret = kept_secret(Settings.from_env(environment).var_dir)
    demo = {**DEMO, "WECHAT_API_BASE": emulated, "WECHAT_OAUTH_BASE": emulated, "SECRET_KEY": secret}
    demo["PUBLIC_URL"] = f"http://127.0.0.1:{environment.get('PORT') or 8000}"
    environment |= {name: value for name, value in demo.items() if not {name, f"{name}_FILE"} & environment.keys()}
    settings = _checked(environment)
    _free(settings.host, settings.port, "PORT")
    _free("127.0.0.1", port, "EMULATOR_PORT")
    _desk(settings)
    bot = f"http://{settings.host}:{settings.port}"
    emulator = ["-m", "emulator", "--callback", f"{bot}/wechat", "--port", str(port)]
    with Children() as children:
        server = children.start(["-m", "granian", *granian(settings)], environment)
        desk = children.start(emulator, environment)
        _migrate(settings)  # while the two are coming up: a start takes half the time
        _await(f"http://127.0.0.1:{port}/", desk, "the emulator", look=children.look)
        _push_menu(settings)
        _await(f"{bot}/readyz", server, "the bot", lambda: _read(settings), look=children.look)
        with noted(environment, port):  # not sooner: commands would go by settings that cannot work
            _say(f"汇才通 (演示环境) is up: {bot}")
            _say(f"  open  http://127.0.0.1:{port}/   to chat with it as a talent")
            _say(f"  open  {bot}/m/   for the mobile page")
            _say(f"  open  {bot}/console/   to answer as the hotline")
            _say(f"  open  {bot}/api/docs/   for the JSON API")
            _say("  Ctrl-C ends everything")
            children.start(["-m", "flask", "--app", "wsgi", "demo", "seed"], environment)
            while server.poll() is None and desk.poll() is None:
                children.look()
                time.sleep(0.2)
    raise CannotStart("one of the two programs ended by itself; its last lines above say why")


def _checked(environment: Mapping[str, str]) -> Settings:
    settings = Settings.from_env(environment)
    for finding in check(settings, ROOT):
        line = f"{finding.id} {finding.problem}；{finding.cure}"
        if finding.level == "error":
            raise CannotStart(line)
        _say(f"huicai: {line}")
    return settings


def _prepare(settings: Settings) -> None:
    """Tables made and content read, or CannotStart. Nobody is told to come in before."""
    _migrate(settings)
    _read(settings)


def _read(settings: Settings) -> None:
    """Faults in the content folder are told. They stop the start only when nothing has been published yet."""
    from handlers.chat.phrases import PHRASES
    from knowledge.loader import Broken, load

    try:
        load(settings.content_dir, _desk(settings), PHRASES)
    except Broken as broken:
        for fault in broken.faults:
            _say(str(fault))
        problem = f"{len(broken.faults)} faults in {settings.content_dir}"
        if not _is_published(settings):
            raise CannotStart(f"{problem}; mend them as told above") from None
        _say(f"huicai: {problem}; the published content is served（内容目录有错，继续用已经发布的内容）")


def _desk(settings: Settings) -> Collection[str]:
    """The files of the office and the desk are read; without them nothing can start. Returns the office's units."""
    from config.desk import load_desk
    from config.document import BadFile
    from config.office import load_office

    try:
        units = load_office(settings.office_file).units
        load_desk(settings.desk_file, units)
    except BadFile as error:
        raise CannotStart(str(error)) from None
    return units


def _is_published(settings: Settings) -> bool:
    from datetime import UTC, datetime

    from models import content
    from models.db import Database, Unavailable
    from models.version import is_current

    database = Database(settings.database_url)
    try:
        if not is_current(database):
            return False
        with database.unit() as unit:
            return content.in_force(unit, datetime.now(UTC)) is not None
    except Unavailable:
        return False
    finally:
        database.close()


def _push_menu(settings: Settings) -> None:
    """The emulated account starts without a menu, as a new one does."""
    from datetime import UTC, datetime

    from bot.wechat import client
    from bot.wechat.errors import SendError
    from config.document import BadFile
    from config.menu import load_menu

    try:
        client.service(settings, None, lambda: datetime.now(UTC)).create_menu(
            load_menu(settings.menu_file, settings.public_url)
        )
    except (SendError, BadFile) as error:
        _say(f"huicai: the menu was not set: {error}")


def _migrate(settings: Settings) -> None:
    from models.db import Database, Unavailable
    from models.version import is_current

    database = Database(settings.database_url, wait=600)
    try:
        if not is_current(database):
            from models.schema import upgrade  # half as much again to load as all the rest here

            upgrade(database)
    except Unavailable as error:
        problem = f"DATABASE_URL: the database does not answer ({error})"
        raise CannotStart(f"{problem}; start it or correct the address") from None
    finally:
        database.close()


def _emulator_port(environment: Mapping[str, str]) -> int:
    value = environment.get("EMULATOR_PORT") or "8001"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise CannotStart(f"EMULATOR_PORT is {value!r}; use a number from 1 to 65535")
    if value == (environment.get("PORT") or "8000"):
        raise CannotStart(f"EMULATOR_PORT and PORT are both {value}; set one of them to another number")
    return int(value)


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(f"{path} cannot be written ({error.strerror}); make the folder writable") from None


def kept_secret(folder: Path, before: Path = ROOT / "var") -> str:
    """The demo's own SECRET_KEY. Made once, so that a restart can still read what was sealed before.

    `folder`: VAR_DIR. `before`: where it stood whatever VAR_DIR said; one made there is taken along.
    """
    path = folder / "secret_key"
    _folder(folder)
    with contextlib.suppress(FileNotFoundError):
        return path.read_text().strip()
    secret = secrets.token_urlsafe(48)
    with contextlib.suppress(OSError):
        secret = (before / path.name).read_text().strip()
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f"{path.name}.") as fresh:
        fresh.write(secret)
        fresh.flush()
        with contextlib.suppress(FileExistsError):  # of two first starts one wins; nobody ever sees half a key
            os.link(fresh.name, path)
    return path.read_text().strip()


def _free(host: str, port: int, setting: str) -> None:
    """A taken port is found out before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            problem = f"{setting}: {host}:{port} cannot be used ({error.strerror})"
            raise CannotStart(f"{problem}; end the program that has it, or set {setting} to another number") from None


def _nothing() -> None: ...


def _await(
    url: str, child: Child, name: str, why_not: Callable[[], None] = _nothing, *, look: Callable[[], None] = _nothing
) -> None:
    """`why_not` is asked when it does not come up, and may raise a better explanation; `look` while it is awaited."""
    end = time.monotonic() + _START_SECONDS
    while (left := end - time.monotonic()) > 0:
        look()
        if child.poll() is not None:
            why_not()
            raise CannotStart(f"{name} did not start; its last lines above say why")
        try:
            with urllib.request.urlopen(url, timeout=left):  # noqa: S310 - http on this machine
                return
        except (URLError, OSError):
            time.sleep(0.05)
    why_not()  # a server may try its workers again and again rather than end
    raise CannotStart(f"{name} did not answer within {_START_SECONDS} s")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    ended = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended)  # Python would wait for ever for a thread of a pool in whose start Ctrl-C came
