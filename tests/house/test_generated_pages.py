"""The pages that are made from the code say what the code says."""

import runpy
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PAGES: dict[Path, str] = runpy.run_path(str(REPO / "docs" / "generate.py"))["pages"]()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    """The example settings equal the defaults, and the table of keys equals the keymap."""
    assert path.read_text(encoding="utf-8") == PAGES[path], "run `make docs`"
