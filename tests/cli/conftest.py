"""What the tests of the command line share."""

from pathlib import Path

import pytest
from tests.cli.scenes import NOTES


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with one small document."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "mill.md").write_text(NOTES, encoding="utf-8")
    return folder
