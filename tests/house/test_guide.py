"""The guide that the demo opens names only keys and settings that exist."""

import re
from pathlib import Path

import pytest

from bookwheel import paths
from bookwheel.config.check import KNOWN
from bookwheel.tui.keymap import key_help

CHAPTERS = sorted(paths.samples_dir().glob("*.md"))
NAMES_WITHOUT_DISPLAY = {"Up": "↑", "Down": "↓", "F1": "f1"}


def test_every_key_of_the_keys_chapter_exists() -> None:
    known = {name for key in key_help({}) for name in (key.keys, *key.keys.split(), *key.keys.split("–"))}
    chapter = (paths.samples_dir() / "07-keys.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1].strip() for line in chapter.splitlines() if line.startswith("| ")]
    named = {name for cell in cells if cell not in ("key", "---") for name in cell.split(", ")}
    assert {name for name in named if not {name, NAMES_WITHOUT_DISPLAY.get(name)} & known} == set()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_setting_that_a_chapter_names_exists(path: Path) -> None:
    named = set(re.findall(r"`((?:model|retrieval|tools|ui)\.[a-z_]+)", path.read_text(encoding="utf-8")))
    assert named <= set(KNOWN)
