"""The parsed rules of the styles are kept for the next start, which need not parse them."""

from pathlib import Path

import pytest
from textual.css.model import RuleSet

from bookwheel.tui.textual_styles import KeptStyles, LateStylesheet

VARIABLES = {"accent": "#ff8800", "strong": "bold"}
CSS = (
    "Prompt { color: $accent; text-style: $strong underline; padding: 0 1; } .-wide #page:focus > Pane { width: 1fr; }"
)
OTHER = "Pane { height: 3; }"


def sheet(folder: Path, css: str, variables: dict[str, str] = VARIABLES) -> tuple[LateStylesheet, KeptStyles]:
    kept = KeptStyles()
    kept.open(folder)
    stylesheet = LateStylesheet(variables=dict(variables), kept=kept)
    stylesheet.add_source(css, ("app.tcss", ""))
    return stylesheet, kept


def keep(folder: Path, css: str = CSS) -> list[str]:
    stylesheet, kept = sheet(folder, css)
    shown = texts(stylesheet.rules)
    kept.save()
    return shown


def texts(rules: list[RuleSet]) -> list[str]:
    return [rule.css for rule in rules]


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("textual.css.stylesheet.parse", parse)


def test_the_next_start_parses_no_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = keep(tmp_path / "styles")
    forbid_parsing(monkeypatch)
    stylesheet, kept = sheet(tmp_path / "styles", CSS)
    assert texts(stylesheet.rules) == shown
    kept.save()
    assert len(list((tmp_path / "styles").iterdir())) == 1


def test_a_changed_text_or_theme_is_parsed(tmp_path: Path) -> None:
    keep(tmp_path / "styles")
    changed, _ = sheet(tmp_path / "styles", OTHER)
    assert "height: 3" in texts(changed.rules)[0]
    themed, _ = sheet(tmp_path / "styles", CSS, VARIABLES | {"accent": "#0088ff"})
    assert "#0088FF" in texts(themed.rules)[0]
    switched, _ = sheet(tmp_path / "styles", CSS)
    switched.set_variables(VARIABLES | {"accent": "#00ff00"})
    switched.reparse()
    assert "#00FF00" in texts(switched.rules)[0]


def test_a_file_that_others_may_write_or_that_is_damaged_is_not_read(tmp_path: Path) -> None:
    shown = keep(tmp_path)
    (file,) = tmp_path.iterdir()
    file.chmod(0o666)
    assert texts(sheet(tmp_path, CSS)[0].rules) == shown
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-40])
    assert texts(sheet(tmp_path, CSS)[0].rules) == shown
