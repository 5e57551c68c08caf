"""The shipped first frames are those of the app: in each size, in each look, and the look is the app's own."""

from __future__ import annotations

import runpy
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bookwheel.errors import UsageError
from bookwheel.kept_frame import _facts_of, _settings, usual_look
from bookwheel.paths import config_dir, make_private_dir
from bookwheel.shipped_frames import drawn, learned, read_shipped
from bookwheel.terminal_looks import ANSI, default_theme
from bookwheel.tui.app import BookwheelApp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPO = Path(__file__).resolve().parents[2]
MAKER = runpy.run_path(str(REPO / "docs" / "first_frames.py"))
SHIPPED = read_shipped()
LOOKS: Mapping[str, Mapping[str, str]] = MAKER["LOOKS"]
# The narrowest and the widest of each layout, in small and large heights.
SIZES = (
    (200, 60), (40, 10), (60, 20), (80, 24), (89, 28), (90, 30), (119, 27), (120, 34), (149, 26), (150, 30), (219, 23),
    (320, 24),
)  # fmt: skip


def spelled(frame: Sequence[Sequence[tuple[str, str]]], pens: Sequence[str]) -> list[list[tuple[str, str]]]:
    return [
        list(chain.from_iterable(((char, pens[ord(c) - ord("a")]) for char in text) for text, c in row))
        for row in frame
    ]


async def test_a_shipped_frame_is_what_the_desk_draws_in_this_size() -> None:
    async with MAKER["first_frames"]({"theme": "distinct", "COLORTERM": "truecolor"}) as draw:
        pens: Sequence[str] = learned(SHIPPED.frame(*SIZES[0]), await draw(SIZES[0]))
        for size in SIZES:
            cells = await draw(size)
            assert spelled(SHIPPED.frame(*size), pens) == cells, f"{size}: run `make frames`"


@pytest.mark.parametrize("look", LOOKS)
async def test_a_shipped_look_has_the_colours_of_the_app(look: str) -> None:
    async with MAKER["first_frames"](LOOKS[look]) as draw:
        cells = await draw((170, 42))
    assert spelled(SHIPPED.frame(170, 42), SHIPPED.looks()[look]) == cells, "run `make frames`"


@pytest.mark.parametrize(
    "environ",
    [
        {"TERM": "xterm-256color"},
        {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        {"TERM": "xterm-256color", "COLORTERM": "24BIT", "COLORFGBG": "0;15"},
        {"TERM": "screen-256color", "COLORFGBG": "0;7"},
        {"TERM": "xterm"},
        {"TERM": "foot", "COLORFGBG": "15;0"},
        {"TERM": "xterm-kitty"},
        {"TERM": "xterm-256color", "COLORTERM": "yes"},
        {"TERM": "xterm-256color", "NO_COLOR": "1"},
        {"TERM": "xterm", "NO_COLOR": "", "COLORTERM": "truecolor"},
    ],
    ids=str,
)
def test_the_usual_look_is_what_the_app_begins_with(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TERM", "COLORTERM", "COLORFGBG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    app = BookwheelApp(_never_made)
    look = usual_look(environ, default_theme(environ))
    theme, _, colors = look.partition(" ")
    assert app.theme == theme
    assert theme == ANSI or app.console.color_system == colors
    assert app.no_color == (colors == "none")
    assert look in SHIPPED.looks()


@pytest.mark.parametrize(
    "environ",
    [{}, {"TERM": "dumb"}, {"TERM": "unknown"}, {"TERM": "linux"}, {"TERM": "xterm", "TEXTUAL_THEME": "nord"}],
    ids=str,
)
def test_no_look_is_shipped_for_a_terminal_without_a_name_or_with_settings_of_textual(environ: dict[str, str]) -> None:
    assert usual_look(environ, default_theme(environ)) == ""


def test_a_frame_is_drawn_only_with_all_its_pens_and_in_a_size_that_is_shipped() -> None:
    pens = SHIPPED.looks()[ANSI]
    assert drawn(SHIPPED.frame(80, 24), pens, erases=True).count("looking for documents") == 1
    assert drawn(SHIPPED.frame(80, 24), pens[:2], erases=True) == ""
    assert drawn(SHIPPED.frame(80, 24), ["", *pens[1:]], erases=True) == ""
    assert not SHIPPED.frame(39, 24)
    assert not SHIPPED.frame(80, 9)
    assert not SHIPPED.frame(80, 1000)
    assert not SHIPPED.frame(0, 0)


def test_pens_are_learned_of_the_same_frame_alone_and_others_stay() -> None:
    frame = [[("ab", "a"), ("c", "c")]]
    cells = [[("a", "//1"), ("b", "//1"), ("c", "//3")]]
    assert learned(frame, cells) == ["//1", "", "//3"]
    assert learned(frame, cells, ["//0", "//2", "", "//4"]) == ["//1", "//2", "//3", "//4"]
    for other in ([], [cells[0][:2]], [[*cells[0][:2], ("d", "//3")]], [[("a", "//1"), ("b", "//2"), ("c", "//3")]]):
        assert learned(frame, other, ["//0"]) == ["//0"]


def test_options_that_the_first_frame_does_not_show_have_the_usual_one(tmp_path: Path) -> None:
    for arguments in (
        ["--continue"],
        ["--session", "20260101", "--agent"],
        ["--model", "a/b", str(tmp_path)],
        ["demo"],
    ):
        assert _facts_of(arguments) == ()
    for arguments in (["--theme", "sepia"], ["--continue", "--no-color"], ["--model", "x", "ask", "Q"]):
        assert _facts_of(arguments) != ()
    assert _facts_of([str(tmp_path / "missing")])


def test_only_what_changes_the_look_makes_a_kept_frame_another_one() -> None:
    make_private_dir(config_dir())
    before = list(_settings(with_desks=False))
    state = '[choices."model.name"]\nvalue = "gpt-4o"\n\n[choices.mode]\nvalue = "agent"\n'
    (config_dir() / "state.toml").write_text(state)
    (config_dir() / "env_endpoints.toml").write_text("")
    assert list(_settings(with_desks=False)) == before == []
    (config_dir() / "state.toml").write_text(f'{state}\n[choices."ui.theme"]\nvalue = "sepia"\n')
    assert len(list(_settings(with_desks=False))) == 1
    (config_dir() / "config.toml").write_text("")
    (config_dir() / "themes").mkdir()
    (config_dir() / "themes" / "own.toml").write_text("")
    assert len(list(_settings(with_desks=False))) == 3


def _never_made() -> None:
    raise UsageError("not made")
