"""The example settings file, and writing one."""

import os
import re
import stat
import tomllib
from pathlib import Path

import pytest

from bookwheel.config.check import KNOWN, check_tables
from bookwheel.config.load import load_config
from bookwheel.config.setting_tables import Config
from bookwheel.config.write import example_text, toml_value, write_config
from bookwheel.errors import ConfigError

REPO = Path(__file__).parents[2]


def test_the_example_in_the_repository_is_made_from_the_settings() -> None:
    assert (REPO / "config.example.toml").read_text(encoding="utf-8") == example_text()


def test_the_example_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(example_text())
    written = check_tables(tomllib.loads(example_text()))
    assert not written.problems
    assert set(written.values) == set(KNOWN)
    config = load_config(file=file, folder=tmp_path, environ={})
    assert (config.model, config.retrieval, config.tools, config.ui) == (
        Config().model,
        Config().retrieval,
        Config().tools,
        Config().ui,
    )


def test_the_commented_parts_of_the_example_are_valid_settings(tmp_path: Path) -> None:
    """The settings work when the `#` is removed."""
    text = re.sub(r'^# (?=[\w".]+ = |\[(?:profiles|mcp))', "", example_text(), flags=re.MULTILINE)
    written = check_tables(tomllib.loads(text))
    assert not written.problems
    assert (written.profile, set(written.profiles)) == ("local", {"local", "groq"})

    from bookwheel.tui.keymap import merged_keys

    assert merged_keys(written.keys)


def test_a_file_is_private_and_replaced_only_with_force(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    previous = os.umask(0)
    try:
        write_config(file, "a = 1\n")
    finally:
        os.umask(previous)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    with pytest.raises(ConfigError, match="already") as caught:
        write_config(file, "b = 2\n")
    assert "--force" in caught.value.hint
    assert file.read_text() == "a = 1\n"

    write_config(file, "b = 2\n", force=True)
    assert file.read_text() == "b = 2\n"
    assert [entry.name for entry in file.parent.iterdir()] == ["config.toml"]


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_config(tmp_path / "file" / "config.toml", "")


@pytest.mark.parametrize("text", ['a "quoted" \\ text', "", "ünïcode"])
def test_a_text_reads_back_as_it_was_written(text: str) -> None:
    assert tomllib.loads(f"x = {toml_value(text)}")["x"] == text
