"""`python -m emulator`: read the flags, take the port, serve until told to stop."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
import time

from werkzeug.serving import make_server

from emulator.desk import Desk
from emulator.flags import BadFlags, Flags, read_flags
from emulator.server import create_app
from emulator.world import World

START_TRIES = 20
START_PAUSE = 1.5
LISTEN = 0.2


class CannotBind(Exception):
    """The port cannot be had; the text says what to do."""


def take_port(flags: Flags) -> socket.socket:
    # Taken here and handed to werkzeug, which on failure would print its own advice and exit.
    family = socket.AF_INET6 if ":" in flags.host else socket.AF_INET
    try:
        return socket.create_server((flags.host, flags.port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotBind(f"Port {flags.port} is taken: stop what listens there or use --port.") from error
        if error.errno == errno.EACCES:
            raise CannotBind(f"Port {flags.port} needs special rights: use --port with 1024 or more.") from error
        raise CannotBind(f"Cannot listen on {flags.host} port {flags.port}: {error.strerror}.") from error


def verify_at_start(desk: Desk, stop: threading.Event) -> None:
    """As the back office does on 提交; while nobody listens yet, a few times more."""
    for _ in range(START_TRIES):
        if desk.verify(forged=False)["reached"] or stop.wait(START_PAUSE):
            return


def serve(flags: Flags) -> None:
    host = f"[{flags.host}]" if ":" in flags.host else flags.host
    world = World(flags.account, flags.mode, flags.callback, mini=flags.mini, limit=flags.daily)
    desk = Desk(world, f"http://{host}:{flags.port}", flags.pace)
    with take_port(flags) as port:
        server = make_server(flags.host, flags.port, create_app(desk), threaded=True, fd=port.fileno())
    stop = threading.Event()
    told: list[int] = []  # no more than that: what it has interrupted may hold the lock of whatever it would use
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: told.append(number))
    where = f"{desk.base_url}/  ->  {flags.callback}"
    sys.stdout.write(f"微信模拟器 {where}  ({flags.mode}, appid {flags.account.appid})\n")
    sys.stdout.flush()
    threading.Thread(target=verify_at_start, args=(desk, stop), daemon=True).start()
    serving = threading.Thread(target=server.serve_forever, args=(LISTEN,), daemon=True)
    serving.start()
    while serving.is_alive() and not told:
        time.sleep(LISTEN)
    stop.set()
    desk.dispatcher.stop()
    server.shutdown()
    server.server_close()


def main() -> int:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the page polls: one line a second says nothing
    try:
        serve(read_flags(sys.argv[1:], os.environ))
    except (BadFlags, CannotBind) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended)  # a thread that is inside the library of ciphers when Python takes leave of it aborts the process
