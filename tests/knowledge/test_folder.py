"""Writing content files into a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.folder import snapshot, write

SMALL = Path(__file__).parent / "content_small"


def test_writing_a_version_leaves_exactly_its_files(tmp_path: Path) -> None:
    files = dict(snapshot(SMALL).files)
    write(tmp_path / "new", files)
    (tmp_path / "new/faq/old.yaml").write_text("x")
    (tmp_path / "new/README").write_text("mine")
    write(tmp_path / "new", files)
    assert snapshot(tmp_path / "new").files == files
    assert sorted(os.listdir(tmp_path / "new")) == sorted([*{name.split("/")[0] for name in files}, "README"])
    for name in ("../a.yaml", "faq/../../a.yaml", "faq/.a.yaml", "/etc/a.yaml", "faq/a/b.yaml", "faq/a.txt", ""):
        with pytest.raises(ValueError, match="no name"):
            write(tmp_path / "new", {**files, name: b""})
