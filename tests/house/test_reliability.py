"""Each promise of docs/reliability.md has its tests, and each fault that a test injects has its promise."""

import re
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
_MARK = re.compile(r"^@pytest\.mark\.fault\(([^)]*)\)$", re.MULTILINE)
_ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


@cache
def marked() -> dict[str, set[str]]:
    """The test files of each row, by the marks in them."""
    files: dict[str, set[str]] = {}
    for path in sorted((REPO / "tests").rglob("test_*.py")):
        for names in _MARK.findall(path.read_text(encoding="utf-8")):
            for row in re.findall(r'"(\w+)"', names):
                files.setdefault(row, set()).add(path.relative_to(REPO / "tests").as_posix())
    return files


@cache
def promised() -> dict[str, set[str]]:
    """The test files that the page names for each row."""
    page = (REPO / "docs" / "reliability.md").read_text(encoding="utf-8")
    return {row: set(re.findall(r"`([^`]+\.py)`", files)) for row, _, files, _ in _ROW.findall(page)}


def test_the_page_has_the_whole_matrix() -> None:
    assert len(promised()) >= 117


@pytest.mark.parametrize("row", sorted(promised().keys() | marked().keys()))
def test_a_promise_names_exactly_the_files_with_its_tests(row: str) -> None:
    assert promised().get(row) == marked().get(row)
