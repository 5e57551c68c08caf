"""Choices that last, and named desks: their files, and when the settings win again."""

from __future__ import annotations

import datetime
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bookwheel.config.kept import DeskStore, KeptChoices, NamedDesk, with_choices
from bookwheel.config.setting_tables import MODE, MODEL, THEME, WEB, Config, ModelSettings, Origin
from bookwheel.engine.selection import Selection
from bookwheel.errors import ConfigError


def test_choices_are_kept_beside_each_other_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "state.toml"
    KeptChoices(file, Config()).keep({MODEL: "gpt-5"})
    KeptChoices(file, Config()).keep({MODE: "agent", WEB: "off"})
    assert KeptChoices(file, Config()).known() == {MODEL: "gpt-5", MODE: "agent", WEB: "off"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_setting_that_is_changed_later_wins_over_the_choice(tmp_path: Path) -> None:
    file = tmp_path / "state.toml"
    KeptChoices(file, Config()).keep({MODEL: "gpt-5"})
    changed = Config(model=ModelSettings(name="llama"))
    assert KeptChoices(file, changed).known() == {}
    assert with_choices(changed, KeptChoices(file, changed).known()).model.name == "llama"


def test_the_settings_take_the_choices_but_what_a_flag_names_stays() -> None:
    config = with_choices(Config(), {MODEL: "gpt-5", WEB: "on", THEME: "light"})
    assert (config.model.name, config.tools.web, config.ui.theme) == ("gpt-5", "on", "light")
    flagged = replace(Config(model=ModelSettings(name="flagged")), origins={MODEL: Origin("flag")})
    assert with_choices(flagged, {MODEL: "gpt-5"}).model.name == "flagged"


def test_choosing_the_embedded_model_chooses_its_provider() -> None:
    quoting = with_choices(Config(model=ModelSettings(provider="openai", name="gpt-5")), {MODEL: "extractive"})
    assert (quoting.model.provider, quoting.model.name) == ("extractive", "")
    assert with_choices(quoting, {MODEL: "gpt-5"}).model.provider == "auto"


@pytest.mark.parametrize("content", ["not toml = = =", "choices = 3", '[choices."model.name"]\nvalue = 3'])
def test_a_file_that_cannot_be_read_counts_as_empty(tmp_path: Path, content: str) -> None:
    file = tmp_path / "state.toml"
    file.write_text(content, encoding="utf-8")
    assert KeptChoices(file, Config()).known() == {}


def test_a_desk_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    store = DeskStore(tmp_path / "desks")
    desk = NamedDesk(
        name="My thesis 2",
        folders=("/papers", "/notes"),
        selection=Selection(scope=("/papers/a",), types=("pdf",), since=datetime.date(2024, 3, 1)),
        model="gpt-5",
        mode="agent",
    )
    assert (store.names(), store.load("My thesis 2")) == ([], None)
    store.save(desk)
    assert (store.names(), store.load("My thesis 2")) == (["My thesis 2"], desk)
    store.delete("My thesis 2")
    assert store.names() == []
    with pytest.raises(ConfigError, match="no desk"):
        store.delete("My thesis 2")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "-x", "x" * 65, "a\nb"])
def test_a_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        DeskStore(tmp_path).load(name)
