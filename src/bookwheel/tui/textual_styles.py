"""The app's stylesheet, by Textual's private parts: its rules are parsed once for many starts, its styles made late.

And the styled lines of widgets that draw rows.
"""

from __future__ import annotations

import os
import pickle
import sys
from binascii import crc32
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from textual._styles_cache import StylesCache
from textual.css import parse as textual_parser
from textual.css.styles import RenderStyles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

from bookwheel import __version__
from bookwheel.own_files import read_own, write_own
from bookwheel.paths import make_private_dir

if TYPE_CHECKING:
    from pathlib import Path

    from textual.css.model import RuleSet
    from textual.geometry import Region
    from textual.strip import Strip

Source: TypeAlias = "tuple[str, tuple[str, str], bool, int, str]"
"""A text with its place and rank, as Textual parses it."""

_LARGEST = 4_000_000
_MOST_KEPT = 8


class KeptStyles:
    """The rules of the theme that the app begins with, in the data folder; empty, and saved nowhere, until `open`.

    To parse them takes 19 ms of a start, to read them 4. A file holds the rules of one theme, with the texts that they
    were parsed from; a text that differs is parsed. It fits one version of Python, of Textual and of Bookwheel.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._file: Path | None = None
        self._rules: dict[Source, list[RuleSet]] = {}
        self._is_changed = False

    def open(self, folder: Path) -> None:
        """Keep the rules of each theme in this folder."""
        self._folder = folder

    def begin(self, variables: Mapping[str, str]) -> None:
        """Take over the rules that were parsed with these variables before."""
        if self._folder is None:
            return
        name = crc32(repr(sorted(variables.items())).encode())
        self._file, self._is_changed = self._folder / f"{name:08x}", False
        self._rules = _read(self._file)

    def rules(self, source: Source, parse: Callable[[], list[RuleSet]]) -> list[RuleSet]:
        """The rules of this text; it is parsed where they are not known."""
        known = self._rules.get(source)
        if known is None:
            known = parse()
            if self._file is not None:
                self._rules[source] = known
                self._is_changed = True
        return known

    def save(self) -> None:
        """Write the file if there are new rules, and forget all; blocks for a short write."""
        file, self._file = self._file, None
        rules, self._rules = self._rules, {}
        if file is None or not self._is_changed:
            return
        with suppress(OSError):
            folder = make_private_dir(file.parent)
            write_own(file, _version() + pickle.dumps(rules, pickle.HIGHEST_PROTOCOL))
            kept = sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
            for each in kept[_MOST_KEPT:]:
                each.unlink(missing_ok=True)


KEPT_STYLES = KeptStyles()
"""The one of this process; the command line opens it."""


class RowCache(StylesCache):
    """The lines of a widget that draws its whole width itself, without a border or a padding around it.

    Textual looks for borders, outlines, tints and opacities at each line: half of what drawing a row took.
    """

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        if widget.styles.gutter.width or widget.styles.gutter.height:
            return super().render_widget(widget, crop)
        width = widget.outer_size.width
        if width != self._width:
            self.clear()
            self._width = width
        for y in crop.line_range:
            if y in self._dirty_lines or y not in self._cache:
                self._cache[y] = widget.render_line(y)
        self._dirty_lines.difference_update(crop.line_range)
        strips = [self._cache[y] for y in crop.line_range]
        if filters := widget.get_line_filters():
            _, background = widget.background_colors
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        x1, x2 = crop.column_span
        return strips if (x1, x2) == (0, width) else [strip.crop(x1, x2) for strip in strips]


class RowDrawer(Widget):
    """A widget whose lines a `RowCache` keeps."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._styles_cache = RowCache()


def _read(file: Path) -> dict[Source, list[RuleSet]]:
    # A pickle may not be given what others can write, which `read_own` does not read.
    version, data = _version(), read_own(file, _LARGEST)
    return pickle.loads(data[len(version) :]) if bytes(data[: len(version)]) == version else {}


def _version() -> bytes:
    state = os.stat(textual_parser.__file__)
    return f"{__version__} {sys.version} {state.st_mtime_ns} {state.st_size}\n".encode()


class LateStyles(dict[str, RenderStyles]):
    """The styles of a node's component classes, each made when it is first used."""

    def __init__(self, stylesheet: Stylesheet, node: DOMNode) -> None:
        super().__init__()
        self._stylesheet = stylesheet
        self._node = node

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._node._get_component_classes()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module

    def __missing__(self, name: str) -> RenderStyles:
        if name not in self._node._get_component_classes():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
            raise KeyError(name)
        virtual = DOMNode(classes=name)
        virtual._attach(self._node)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
        self._stylesheet.apply(virtual, animate=False)  # pyright: ignore[reportUnknownMemberType] - its cache is untyped
        self[name] = virtual.styles
        return virtual.styles


class LateStylesheet(Stylesheet):
    """Makes the styles of component classes late.

    Textual makes all of each widget at each change of any style: 430 of them before the first frame of the desk, a
    fifth of its time, of which the frame uses 60.

    Keeps the parsed rules of each theme that was shown: parsing takes 45 ms, at each step through the list of themes.
    Those of the theme that it begins with are `kept` for the next start.
    """

    def __init__(self, *, variables: dict[str, str] | None = None, kept: KeptStyles | None = None) -> None:
        super().__init__(variables=variables)
        self._kept_rules: dict[tuple[object, ...], list[RuleSet]] = {}
        self._kept = kept
        if kept is not None:
            kept.begin(self._variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        super().set_variables(variables)
        self._kept = None

    def _parse_rules(
        self,
        css: str,
        read_from: tuple[str, str],
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        def parse() -> list[RuleSet]:
            return super(LateStylesheet, self)._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)

        if self._kept is None:
            return parse()
        return self._kept.rules((css, read_from, is_default_rules, tie_breaker, scope), parse)

    def reparse(self) -> None:
        key = (frozenset(self._variables.items()), tuple(self.source))
        if (rules := self._kept_rules.get(key)) is None:
            super().reparse()
            self._kept_rules[key] = self._rules
            return
        self._rules, self._rules_map, self._require_parse = rules, None, False

    def _process_component_classes(self, node: DOMNode) -> None:
        before = node._component_styles  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
        if not before and not node._get_component_classes():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
            return
        after = LateStyles(self, node)
        node._component_styles = after  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
        has_changed = [name for name, styles in before.items() if name in after and after[name] != styles]
        if has_changed:
            # Textual gave notice before these styles were there: rows were drawn in the colours of the theme before.
            node.notify_style_update()
            node.refresh()
