"""A small second district, and copies of it to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.entry import Content
from knowledge.index import Index
from knowledge.library import Library
from knowledge.loader import load

SMALL = Path(__file__).parent / "content_small"
UNITS = ("organization", "housing", "hr")


@pytest.fixture(scope="session")
def content() -> Content:
    return load(SMALL, UNITS)


@pytest.fixture(scope="session")
def index(content: Content) -> Index:
    return Index(content)


@pytest.fixture(scope="session")
def small_library() -> Library:
    """Shared: only for tests that change nothing."""
    return Library(SMALL, UNITS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small district's content, to be written over."""
    return Path(shutil.copytree(SMALL, tmp_path / "content"))
