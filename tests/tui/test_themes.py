"""Themes: readable, the user's own beside the shipped ones, mistakes placed, switched live."""

import asyncio
import os
from pathlib import Path
from typing import NoReturn

import pytest
from rich.color import Color as RichColor
from tests.support.desk_app import running_app
from tests.support.patience import PATIENCE_S
from textual.color import Color
from textual.geometry import Region
from textual.theme import Theme

from bookwheel import paths
from bookwheel.errors import ConfigError, UsageError
from bookwheel.terminal_background import known_background, remember_background
from bookwheel.terminal_looks import DARK, LIGHT, default_theme
from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.frame_writer import COLORS
from bookwheel.tui.screens.wrapped_list import WrappedRows
from bookwheel.tui.theme_choice import ANSWER_S, BackgroundKnown, is_dark_color
from bookwheel.tui.themes import load_themes, read_theme
from bookwheel.tui.widgets.library_list import LibraryList

SHIPPED = load_themes([paths.shipped_themes_dir()])
TEXTS = ("foreground", "muted", "faint", "accent", "warning", "error", "success")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(color: str) -> float:
        parts = [part / 255 for part in Color.parse(color).rgb]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


SIX = ("ansi", "bookwheel-dark", "bookwheel-light", "contrast", "sepia", "slate")
COLOURED = [name for name in SIX if name != "ansi"]
# What xterm shows for the colours that the themes use with 16 of them.
XTERM_16 = {
    "ansi_cyan": "#00cdcd", "ansi_yellow": "#cdcd00", "ansi_red": "#cd0000", "ansi_green": "#00cd00",
    "ansi_blue": "#0000ee", "ansi_magenta": "#cd00cd",
}  # fmt: skip


def test_six_themes_are_shipped() -> None:
    assert set(SHIPPED.by_name) == set(SIX)
    assert not SHIPPED.problems


def shown(color: str, system: str) -> str:
    """The colour that a terminal of this many colours shows for it."""
    return RichColor.parse(color).downgrade(COLORS[system]).get_truecolor().hex


def texts(theme: Theme) -> dict[str, str]:
    return {name: theme.variables.get(name) or str(getattr(theme, name)) for name in TEXTS}


@pytest.mark.parametrize("system", ["truecolor", "256"])
@pytest.mark.parametrize("name", COLOURED)
def test_every_text_is_readable_on_every_ground(name: str, system: str) -> None:
    theme = SHIPPED.in_colors(system).by_name[name]
    grounds = {ground: str(getattr(theme, ground)) for ground in ("background", "surface", "panel")}
    grounds["cursor"] = theme.variables["cursor"]
    for ground, behind in grounds.items():
        for text, color in texts(theme).items():
            assert contrast(shown(color, system), shown(behind, system)) >= 4.5, (text, ground)
    for mark in ("passage", "wash", "chip", "code"):
        assert contrast(shown(str(theme.foreground), system), shown(theme.variables[mark], system)) >= 4.5, mark
    for text in ("muted", "accent"):
        assert contrast(shown(texts(theme)[text], system), shown(theme.variables["wash"], system)) >= 4.5, text


@pytest.mark.parametrize("system", ["truecolor", "256"])
@pytest.mark.parametrize("name", COLOURED)
def test_the_cursor_and_a_marked_passage_stand_out(name: str, system: str) -> None:
    theme = SHIPPED.in_colors(system).by_name[name]
    for mark in ("cursor", "passage"):
        assert contrast(shown(theme.variables[mark], system), shown(str(theme.background), system)) >= 1.15
    for tint in ("wash", "chip", "code"):
        assert contrast(shown(theme.variables[tint], system), shown(str(theme.background), system)) >= 1.05, tint


@pytest.mark.parametrize("name", SIX)
def test_with_16_colours_texts_are_the_terminals_own_and_signals_are_readable(name: str) -> None:
    theme = SHIPPED.in_colors("standard").by_name[name]
    ground = "#000000" if theme.dark else "#ffffff"
    assert {theme.background, theme.foreground, theme.surface, theme.panel} == {"ansi_default"}
    for color in texts(theme).values():
        assert color == "ansi_default" or contrast(XTERM_16[color], ground) >= 3.5
    assert theme.variables["cursor-style"] == "reverse"
    assert theme.variables["passage-style"] == "underline"


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"TERM": "xterm-256color"}, "bookwheel-dark"),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "bookwheel-light"),
        ({"TERM": "xterm"}, "ansi"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "bookwheel-dark"),
        ({"TERM": "linux"}, "ansi"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "ansi"),
    ],
)
def test_default_suits_the_terminal(environ: dict[str, str], name: str) -> None:
    assert default_theme(environ) == name


OWN = 'name = "mine"\ndark = true\n[colors]\nbackground = "#000000"\nforeground = "#ffffff"\naccent = "#ffcc00"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", ["line 1"]),
        (OWN.replace("#ffcc00", "gold"), ["line 6", "colors.accent"]),
        (OWN + 'blink = "#123456"\n', ["line 7", "blink"]),
        (OWN.replace('accent = "#ffcc00"\n', ""), ["'accent' is missing"]),
        ('colours = 1\nname = "x"\n', ["line 1", "colours"]),
        ('name = "x"\n', ["[colors]"]),
        (OWN.replace('"mine"', '"[/b]"'), ["line 1", "'name'"]),
        (OWN.replace("#000000", "ansi_black"), ["do not mix"]),
        ("x" * 100_000, ["larger than"]),
    ],
)
def test_wrong_theme_file_is_named_with_line_and_reason(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_theme(file)
    for word in ["mine.toml", *words]:
        assert word in str(refused.value)


def test_broken_theme_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("no")
    (tmp_path / "mine.toml").write_text(OWN)
    themes = load_themes([paths.shipped_themes_dir(), tmp_path])
    assert "mine" in themes.by_name
    assert len(themes.problems) == 1
    assert themes.chosen("mine") == "mine"
    with pytest.raises(ConfigError, match=r"broken\.toml"):
        themes.chosen("broken")
    with pytest.raises(ConfigError, match=r"bookwheel-dark"):
        themes.chosen("bookwheel-drak")


async def test_theme_is_seen_while_it_is_chosen_and_given_back_by_escape(tmp_path: Path) -> None:
    folder = paths.user_themes_dir()
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(OWN)
    async with running_app(tmp_path, theme="bookwheel-dark") as desk:
        await desk.ask("Which colours?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("▌ Which colours?"))
        await desk.press("escape", "T")
        await desk.until_sees("mine")
        await desk.press("down", "down", "down")
        assert desk.app.theme == "mine"
        assert desk.app.query_one(LibraryList).styles.background == Color.parse("#000000")
        await desk.press("escape")
        assert desk.app.theme == "bookwheel-dark"
        await desk.press("T")
        await desk.type("light")
        await desk.press("enter")
        await desk.until(lambda: desk.app.theme == "bookwheel-light")
        await desk.until(lambda: _colors(desk.app, "Which colours?") == {desk.app.current_theme.foreground})
        await desk.press("b")
        await desk.until_sees("Nothing is pinned yet")
        rows = desk.app.screen.query_one(WrappedRows)
        assert _backgrounds(rows) == {desk.app.current_theme.background}
        desk.app.theme = "bookwheel-dark"
        await desk.until(lambda: _backgrounds(rows) == {desk.app.current_theme.background})


def _backgrounds(rows: WrappedRows) -> set[str | None]:
    """The backgrounds of the words of prepared rows."""
    styles = [style for row in rows.items for _, style in row.runs]
    return {Color.from_rich_color(style.bgcolor).hex.lower() for style in styles if style.bgcolor}


def _colors(app: BookwheelApp, text: str) -> set[str]:
    """The colours in which the conversation shows a text."""
    rows = app.desk.conversation.render_lines(Region(0, 0, 80, 12))
    styles = [segment.style for row in rows for segment in row if text in segment.text]
    return {Color.from_rich_color(style.color).hex.lower() for style in styles if style and style.color}


async def test_no_color_leaves_no_color_and_keeps_the_meaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("n1.md")
        await desk.press("escape", "l")
        await desk.until_sees(" READ ")
        strips = desk.app.screen._compositor.render_strips()
        styles = [
            segment.style for strip in strips for segment in strip.apply_filter(desk.app._filters[-1], Color(0, 0, 0))
        ]
        colors = {str(color) for style in styles if style for color in (style.color, style.bgcolor) if color}
        assert all("default" in color for color in colors)
        assert any(style and style.reverse for style in styles), "the cursor is seen without colour"


@pytest.mark.parametrize(
    ("answer", "is_dark"),
    [
        ("\x1b]11;rgb:1e1e/1e1e/2e2e", True),
        ("\x1b]11;rgb:f/f/f", False),
        ("\x1b]11;rgba:ffff/ffff/0000/ffff", False),
        ("\x1b]11;rgb:0000/0000/ffff", True),
        ("\x1b]11;?", None),
    ],
)
def test_an_answer_says_whether_the_background_is_dark(answer: str, is_dark: bool | None) -> None:
    assert is_dark_color(answer) is is_dark


def test_a_start_begins_with_the_last_answer_of_this_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert begun() == DARK
    for is_dark, theme in ((False, LIGHT), (True, DARK), (False, LIGHT)):
        remember_background(os.environ, is_dark=is_dark)
        assert begun() == theme
    monkeypatch.setenv("TERM_PROGRAM", "another")
    assert begun() == DARK
    for number in range(40):
        remember_background({"TERM": f"terminal{number}"}, is_dark=False)
    assert [bool(known_background({"TERM": f"terminal{number}"})) for number in (0, 7, 8, 39)] == [0, 0, 1, 1]
    # COLORFGBG is what a program set long ago; the answer is the terminal's own.
    assert default_theme({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "dark") == DARK


def begun() -> str:
    """The theme of a new app."""

    def never_made() -> NoReturn:
        raise UsageError("not made")

    return BookwheelApp(never_made).theme


async def test_the_theme_follows_the_terminals_answer_only_when_it_is_free_and_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is kept for the next start also where it was late, or a theme was chosen."""
    for number, (chosen, late_s, wanted) in enumerate(
        (("", 0.0, LIGHT), ("", ANSWER_S + 1, DARK), ("slate", 0.0, "slate"))
    ):
        monkeypatch.setenv("BOOKWHEEL_DATA_DIR", str(tmp_path / f"data{number}"))
        async with running_app(tmp_path, theme=chosen) as desk:
            assert desk.app._theme_choice.question()
            desk.clock.now += late_s
            desk.app.post_message(BackgroundKnown(is_dark=False))
            await desk.pilot.pause()
            assert desk.app.theme == wanted
            async with asyncio.timeout(PATIENCE_S):
                while await asyncio.to_thread(known_background, os.environ) != "light":
                    await desk.pilot.pause()
