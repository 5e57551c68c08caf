"""Changing one value of a settings file: everything else stays as it is."""

import stat
from pathlib import Path

import pytest

from bookwheel.config.edit import change_allowed, change_setting, changed_text
from bookwheel.config.load import load_config
from bookwheel.config.write import example_text
from bookwheel.errors import ConfigError


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        ("", "tools.web", "on", '[tools]\nweb = "on"\n'),
        ("# mine\n[tools]\n", "tools.web", "on", '# mine\n[tools]\nweb = "on"\n'),
        (
            '[tools]\nweb = "off"  # never "#" again\n\n[ui]\nbell = true\n',
            "tools.web",
            "ask",
            '[tools]\nweb = "ask"  # never "#" again\n\n[ui]\nbell = true\n',
        ),
        (
            "[tools]\nmax_rounds=3\n# end\n[ui]\n",
            "tools.web",
            "ask",
            '[tools]\nmax_rounds=3\nweb = "ask"\n# end\n[ui]\n',
        ),
        ('tools.web = "off"\n', "tools.max_rounds", 5, 'tools.web = "off"\ntools.max_rounds = 5\n'),
        ('[tools]\r\nweb = "off"\r\n', "tools.web", "on", '[tools]\r\nweb = "on"\r\n'),
        (
            '[tools]\nallow = [\n    # search\n    "web_search", # often\n    "x"\n]\n',
            "tools.allow",
            ("web_search", "read_page"),
            '[tools]\nallow = [\n    # search\n    "web_search", # often\n    "read_page",\n]\n',
        ),
        (
            '[tools]\nallow = [\n    "x" # last\n]\n',
            "tools.allow",
            ("x", "y"),
            '[tools]\nallow = [\n    "x", # last\n    "y",\n]\n',
        ),
        (
            '[profiles.work.model]\nname = "a"\n',
            "profiles.work.model.name",
            "b",
            '[profiles.work.model]\nname = "b"\n',
        ),
        ('[tools]\nweb = "on"\n[ui]\n', "tools.web", None, "[tools]\n[ui]\n"),
    ],
)
def test_one_value_changes_and_the_rest_stays(before: str, name: str, value: object, after: str) -> None:
    assert changed_text(before, name, value) == after  # pyright: ignore[reportArgumentType] - of each setting's own type


def test_every_setting_of_the_example_can_be_changed_and_changed_back() -> None:
    text = example_text()
    changed = changed_text(changed_text(text, "ui.theme", "night"), "model.context_window", 4096)
    lines = zip(text.splitlines(), changed.splitlines(), strict=True)
    assert [new for old, new in lines if old != new] == ["context_window = 4096", 'theme = "night"']
    assert changed_text(changed_text(changed, "ui.theme", ""), "model.context_window", 0) == text


@pytest.mark.parametrize("text", ['tools = { web = "on" }\n', '[[tools]]\nweb = "on"\n', "not toml"])
def test_a_file_in_an_unusual_form_is_left_alone(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be changed here"):
        changed_text(text, "tools.max_rounds", 5)


def test_a_changed_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text('[tools]\nweb = "off"\n')
    real.chmod(0o640)
    link.symlink_to(real)
    change_setting(link, "tools.web", "on")
    assert link.is_symlink()
    assert real.read_text() == '[tools]\nweb = "on"\n'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_value_that_is_not_allowed_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[tools]\n")
    with pytest.raises(ConfigError, match=r"tools\.web must be one of"):
        change_setting(file, "tools.web", "sometimes")
    assert file.read_text() == "[tools]\n"


def test_rules_are_added_once_and_removed_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert change_allowed(file, "tools", add="web_search") == ("web_search",)
    change_allowed(file, "tools", add="web_search")
    change_allowed(file, "tools", add="read_page url=https://a.org/*")
    assert load_config(file=file, folder=tmp_path, environ={}).tools.allow == (
        "web_search",
        "read_page url=https://a.org/*",
    )
    assert change_allowed(file, "tools", remove="web_search") == ("read_page url=https://a.org/*",)


def test_a_wrong_rule_in_the_file_is_a_mistake_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[tools]\nallow = ["*"]\n')
    with pytest.raises(ConfigError, match=r"tools\.allow holds .* would allow too much"):
        load_config(file=file, folder=tmp_path, environ={})
