"""./manage without a network: what it says, what it starts, and what it does not do twice.

Every test has a copy of the script in a folder with a space in its name, and programs of its own on PATH: a python that
notes how it was called instead of installing anything.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ["sh", "dirname", "cat", "cksum", "mkdir", "rm", "touch", "tail", "sleep", "flock", "cp"]

# Stands for an interpreter: good enough for every question the script asks, and makes a .venv holding itself.
PYTHON = """#!/bin/sh
echo "$*" >>"$JOURNAL"
case "$1 $2" in
"-m venv") mkdir -p "$3/bin"; cp "$SELF" "$3/bin/python" ;;
"-m pip") [ ! -e "$JOURNAL.fail" ] || { cat "$JOURNAL.fail"; exit 1; } ;;
"-c "*) [ ! -e "$JOURNAL.no-pip" ] || case "$2" in *pip*) exit 1 ;; esac ;;
esac
"""
SHIM = "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n"
OLD = '#!/bin/sh\ncase "$2" in *version_info*) exit 1 ;; esac\n'
BARE = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'


@dataclass(frozen=True)
class Desk:
    """One machine: a checkout, programs of our own, links to the system's tools, and a journal of what was asked.

    Ours and the links are in two folders: writing through a link would overwrite the tool of the machine itself.
    """

    checkout: Path
    path: Path
    tools: Path
    journal: Path

    def put(self, name: str, text: str) -> Path:
        file = self.path / name
        assert not file.is_symlink()
        file.write_text(text)
        file.chmod(0o755)
        return file

    def run(self, *words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.checkout / "manage"), *words]
        env = self.environment() | environment
        return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)

    def environment(self) -> dict[str, str]:
        path = f"{self.path}:{self.tools}"
        return {"PATH": path, "JOURNAL": str(self.journal), "SELF": str(self.path / "python3")}

    def asked(self) -> list[str]:
        """What was asked since the last time, without the questions by which a python is chosen."""
        text = self.journal.read_text() if self.journal.exists() else ""
        self.journal.unlink(missing_ok=True)
        return [line for line in text.splitlines() if not line.startswith("-c ")]


@pytest.fixture(params=["flock", "no flock"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "a folder", tmp_path / "bin", tmp_path / "tools", tmp_path / "journal")
    for folder in (made.checkout, made.path, made.tools):
        folder.mkdir()
    for name in ("manage", "requirements.txt", "requirements-dev.txt", "requirements-db.txt"):
        shutil.copy(ROOT / name, made.checkout)
    for tool in TOOLS:
        found = shutil.which(tool)
        if found and not (tool == "flock" and request.param == "no flock"):
            (made.tools / tool).symlink_to(found)
    made.put("python3", PYTHON)
    return made


INSTALL = "-m pip install -q --require-hashes --only-binary :all: -r {}.txt"
MAKE = "-m venv .venv"


def test_it_is_plain_sh() -> None:
    assert (ROOT / "manage").stat().st_mode & stat.S_IXUSR
    dash = shutil.which("dash")
    shells = [dash] if dash else ["sh"]
    for shell in shells:
        assert subprocess.run([shell, "-n", str(ROOT / "manage")], check=False).returncode == 0


@pytest.mark.parametrize("words", [[], ["help"], ["-h"], ["--help"]])
def test_help_names_every_verb_and_makes_nothing(desk: Desk, words: list[str]) -> None:
    done = desk.run(*words)
    assert (done.returncode, done.stderr) == (0, "")
    for verb in ("run", "serve", "test", "check", "bench", "bench-matching", "lock", "flask"):
        assert f"./manage {verb} " in done.stdout
    assert not (desk.checkout / ".venv").exists()
    assert not (desk.checkout / "var").exists()


def test_an_unknown_verb_is_said_in_one_sentence(desk: Desk) -> None:
    done = desk.run("rnu")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "manage: there is no 'rnu'; ./manage help lists what there is\n"


@pytest.mark.parametrize(
    ("verb", "lock", "started"),
    [
        ("run", "requirements", "-m handlers.launch run -x 1"),
        ("serve", "requirements", "-m handlers.launch serve -x 1"),
        ("flask", "requirements", "-m flask --app wsgi -x 1"),
        ("test", "requirements-dev", "-m pytest -x 1"),
        ("bench", "requirements-dev", "-m benchmarks -x 1"),
        ("bench-matching", "requirements-dev", "-m benchmarks.matching -x 1"),
    ],
)
def test_a_verb_installs_its_lock_and_passes_its_arguments_on(desk: Desk, verb: str, lock: str, started: str) -> None:
    done = desk.run(verb, "-x", "1", cwd=desk.path)
    assert done.returncode == 0, done.stderr
    assert desk.asked() == [MAKE, INSTALL.format(lock), started]
    assert desk.run(verb, "-x", "1").stderr == ""
    assert desk.asked() == [started], "the second start installs nothing"


def test_check_asks_the_linter_the_types_the_content_the_rules_and_the_exam(desk: Desk) -> None:
    assert desk.run("check").returncode == 0
    flask = "-m flask --app wsgi"
    asked = [f"{flask} kb check", f"{flask} desk check", f"{flask} kb exam"]
    assert desk.asked()[2:] == ["-m ruff check .", "-m mypy", *asked]


def test_lock_writes_every_lock_without_naming_an_index(desk: Desk) -> None:
    assert desk.run("lock").returncode == 0
    compiled = desk.asked()[2:]
    written = [line.split()[-1] for line in compiled]
    assert written == ["requirements.txt", "requirements-db.txt", "requirements-dev.txt"]
    for line in compiled:
        assert {"--universal", "--generate-hashes", "--no-emit-index-url", "--no-header"} <= set(line.split())


def test_a_changed_lock_is_installed_again_into_the_same_venv(desk: Desk) -> None:
    desk.run("flask")
    desk.asked()
    with (desk.checkout / "requirements.txt").open("a") as lock:
        lock.write("# changed\n")
    desk.run("flask")
    assert desk.asked() == [INSTALL.format("requirements"), "-m flask --app wsgi"]


@pytest.mark.parametrize(
    ("url", "drivers"),
    [("postgresql://u@h/d", True), ("mysql+pymysql://u@h/d", True), ("sqlite:///var/x.db", False), ("", False)],
)
def test_database_drivers_come_when_the_address_names_them(desk: Desk, url: str, drivers: bool, tmp_path: Path) -> None:
    desk.run("flask", DATABASE_URL=url)
    assert (INSTALL.format("requirements-db") in desk.asked()) is drivers
    file = tmp_path / "address"
    file.write_text(url)
    desk.run("test")
    desk.asked()
    (desk.checkout / ".venv" / "requirements-db.sum").unlink(missing_ok=True)
    desk.run("serve", DATABASE_URL_FILE=str(file))
    assert (INSTALL.format("requirements-db") in desk.asked()) is drivers


# Interpreters


def test_a_broken_shim_is_passed_over(desk: Desk) -> None:
    desk.put("python3.12", PYTHON)
    desk.put("python3", SHIM)
    done = desk.run("flask", SELF=str(desk.path / "python3.12"))
    assert done.returncode == 0, done.stderr
    assert "Making .venv with python3.12" in done.stderr
    assert "pyenv" not in done.stderr


@pytest.mark.parametrize("text", [SHIM, OLD, None])
def test_no_python_is_said_with_the_cure(desk: Desk, text: str | None) -> None:
    (desk.path / "python3").unlink()
    if text:
        desk.put("python3", text)
    done = desk.run("run")
    assert done.returncode == 1
    assert "no Python 3.11 or newer" in done.stderr
    assert "PYTHON=" in done.stderr


def test_a_python_without_venv_is_said_with_the_cure(desk: Desk) -> None:
    desk.put("python3", BARE)
    done = desk.run("run")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "python3 has no venv module" in done.stderr
    assert "apt install python3-venv" in done.stderr


def test_a_python_may_be_named(desk: Desk) -> None:
    other = desk.put("another", PYTHON)
    desk.put("python3", SHIM)
    assert "Making .venv with another" in desk.run("flask", PYTHON="another", SELF=str(other)).stderr


def test_a_venv_whose_python_is_gone_is_made_anew(desk: Desk) -> None:
    desk.run("flask")
    desk.asked()
    (desk.checkout / ".venv" / "bin" / "python").unlink()
    assert desk.run("flask").returncode == 0
    assert desk.asked() == [MAKE, INSTALL.format("requirements"), "-m flask --app wsgi"]


# Set-ups that went wrong


def test_a_venv_made_by_hand_is_kept(desk: Desk) -> None:
    folder = desk.checkout / ".venv" / "bin"
    folder.mkdir(parents=True)
    shutil.copy(desk.path / "python3", folder / "python")
    (folder / "mine").touch()
    desk.run("flask")
    assert desk.asked() == [INSTALL.format("requirements"), "-m flask --app wsgi"]
    assert (folder / "mine").exists()


def test_a_setup_that_was_cut_off_begins_anew(desk: Desk) -> None:
    desk.run("flask")
    desk.asked()
    (desk.checkout / ".venv" / "unfinished").touch()
    (desk.checkout / ".venv" / "half").touch()
    assert desk.run("flask").returncode == 0
    assert desk.asked() == [MAKE, INSTALL.format("requirements"), "-m flask --app wsgi"]
    assert not (desk.checkout / ".venv" / "half").exists()


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "is not the one in requirements.txt"),
        ("Failed to establish a new connection\nERROR: No matching distribution found", "no network"),
        ("Temporary failure in name resolution", "no network"),
        ("ERROR: No matching distribution found for flask", "no package for this Python"),
        ("OSError: [Errno 30] Read-only file system", "make the folder writable"),
        ("something nobody foresaw", "var/setup.log"),
    ],
)
def test_pip_failing_is_told_with_its_last_lines_and_a_cure(desk: Desk, story: str, words: str) -> None:
    failing = desk.journal.with_name("journal.fail")
    failing.write_text(story + "\n")
    done = desk.run("run")
    assert (done.returncode, done.stdout) == (1, "")
    *_, last = done.stderr.splitlines()
    assert story in done.stderr
    assert last.startswith("manage: ")
    assert words in last
    assert "-m handlers.launch run" not in desk.asked()
    failing.unlink()
    assert desk.run("run").returncode == 0, "the next start heals"


def test_a_folder_that_cannot_be_made_is_said(desk: Desk) -> None:
    # A file in its place: root, who may run these tests, can write into any folder.
    (desk.checkout / "var").touch()
    done = desk.run("run")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("manage: cannot write in ")


def test_two_starts_at_once_install_once(desk: Desk) -> None:
    command = [str(desk.checkout / "manage"), "flask"]
    both = [subprocess.Popen(command, env=desk.environment(), stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [one.wait(timeout=100) for one in both] == [0] * 4
    asked = desk.asked()
    assert (asked.count(MAKE), asked.count(INSTALL.format("requirements"))) == (1, 1)
    assert asked.count("-m flask --app wsgi") == 4


def test_the_lock_of_a_setup_that_died_holds_nobody_up(desk: Desk) -> None:
    died = subprocess.Popen(["true"], env=os.environ)
    died.wait()
    left = desk.checkout / "var" / "setup.lock.d"
    left.mkdir(parents=True)
    (left / "pid").write_text(str(died.pid))
    assert desk.run("flask").returncode == 0
    (desk.checkout / ".venv" / "requirements.sum").unlink()
    assert desk.run("flask").returncode == 0
