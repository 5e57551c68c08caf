"""How rows look: the styles and signs that every row is built with, taken from the theme in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from rich.style import Style

from bookwheel.tui.rows.signs import UNICODE, Signs
from bookwheel.tui.widgets.code_kinds import CodeKind

_NONE = Style.null()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Styles by purpose; their names are the component classes of `RowView` widgets (`row--muted`, …)."""

    text: Style = _NONE
    strong: Style = _NONE
    emphasis: Style = _NONE
    strike: Style = _NONE
    heading: Style = _NONE
    muted: Style = _NONE
    faint: Style = _NONE
    accent: Style = _NONE
    question: Style = _NONE
    citation: Style = _NONE
    code: Style = _NONE
    code_block: Style = _NONE
    code_keyword: Style = _NONE
    code_comment: Style = _NONE
    code_string: Style = _NONE
    link: Style = _NONE
    warning: Style = _NONE
    error: Style = _NONE
    match: Style = _NONE
    current: Style = _NONE
    passage: Style = _NONE
    signs: Signs = field(default=UNICODE, compare=False)
    code_kinds: Callable[[str, str], list[tuple[CodeKind, str]] | None] | None = field(default=None, compare=False)


STYLE_NAMES = tuple(item.name for item in fields(Look) if item.compare)
COMPONENT_CLASSES = {f"row--{name.replace('_', '-')}" for name in STYLE_NAMES}


def look_from(style_of: Callable[[str], Style], signs: Signs) -> Look:
    """The look of a widget whose `style_of` gives the style of a component class."""
    styles = {name: style_of(f"row--{name.replace('_', '-')}") for name in STYLE_NAMES}
    return replace(Look(signs=signs), **styles)


# Theme variables only, so that a theme switched live, 16 colours and NO_COLOR all work.
LOOK_CSS = """
RowView {
    & > .row--text { color: $text; }
    & > .row--strong { color: $text; text-style: bold; }
    & > .row--emphasis { color: $text; text-style: italic; }
    & > .row--strike { color: $text-muted; text-style: strike; }
    & > .row--heading { color: $text; text-style: bold; }
    & > .row--muted { color: $text-muted; }
    & > .row--faint { color: $text-disabled; }
    & > .row--accent { color: $accent; }
    & > .row--question { color: $text; text-style: bold; }
    & > .row--citation { color: $accent; }
    & > .row--code { color: $text; background: $surface; }
    & > .row--code-block { color: $text; background: $surface; }
    & > .row--code-keyword { color: $text; background: $surface; text-style: bold; }
    & > .row--code-comment { color: $text-muted; background: $surface; text-style: italic; }
    & > .row--code-string { color: $text-muted; background: $surface; }
    & > .row--link { color: $text; text-style: underline; }
    & > .row--warning { color: $warning; }
    & > .row--error { color: $error; }
    & > .row--match { text-style: bold underline; }
    & > .row--current { color: $accent; text-style: bold reverse; }
    & > .row--passage { color: $text; background: $accent 18%; }
}
"""
