#!/bin/sh
# A copy of the SQLite database while the bot runs: backup.sh /var/lib/huicai/huicai.db /var/backups/huicai [DAYS]
# SQLite makes the copy itself (cp would miss what still stands in the -wal file), it is checked, and only then does it
# get its name. Copies older than DAYS (14) are removed, but never the newest one.
set -eu
umask 077
[ $# -ge 2 ] || { echo "usage: backup.sh DATABASE FOLDER [DAYS]" >&2; exit 2; }
database=$1 folder=$2 days=${3:-14}
[ -f "$database" ] || { echo "backup.sh: there is no database $database" >&2; exit 1; }
mkdir -p "$folder"
copy=$folder/huicai-$(date +%Y%m%d-%H%M%S).db
trap 'rm -f "$copy.part"' EXIT

python3 - "$database" "$copy.part" <<'END'
import contextlib, os, sqlite3, sys
from pathlib import Path

source, target = sys.argv[1:]
with contextlib.closing(sqlite3.connect(Path(source).absolute().as_uri() + "?mode=rw", uri=True, timeout=30)) as old:
    with contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
        found = new.execute("PRAGMA integrity_check").fetchone()[0]
        new.execute("PRAGMA journal_mode=DELETE")
if found != "ok":
    sys.exit(f"backup.sh: the copy is damaged: {found}")
with open(target, "rb") as file:
    os.fsync(file.fileno())
END

mv "$copy.part" "$copy"
echo "$copy"
find "$folder" -name 'huicai-*.db' -mtime "+$days" ! -path "$copy" -delete
