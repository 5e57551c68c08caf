"""All settings of the settings file: what each does, its value and where that is from; changed here, written there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters

from bookwheel import paths
from bookwheel.config.shown_settings import ShownSetting, save_setting, settings_now, shown_settings, stronger_source
from bookwheel.errors import BookwheelError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import app_of, is_open
from bookwheel.tui.rows.wrapping import cells, clip, wrap
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.row_list import RowList, spread
from bookwheel.tui.widgets.text_line import PaneTitle, StyledText, TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from bookwheel.config.setting_tables import Config
    from bookwheel.tui.rows.row_text import Run
    from bookwheel.tui.screens.desk_parts import DeskParts

_ABOUT_ROWS = 7
_NAME_CELLS = 38


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A row of the list: a setting, or the heading of a section."""

    heading: str = ""
    setting: ShownSetting | None = None


class SettingList(RowList[SettingLine]):
    """The settings by section; `moved` is called when the cursor is on another one."""

    def __init__(self, moved: Callable[[], None]) -> None:
        super().__init__(id="setting-list")
        self._moved = moved

    def runs_of(self, item: SettingLine, width: int) -> list[Run]:
        look = self.look
        if item.setting is None:
            return [(f" {item.heading}", look.heading)]
        setting = item.setting
        name = setting.name.partition(".")[2] or setting.name
        style = look.text if setting.is_default else look.strong
        left = [(f"   {name}".ljust(min(_NAME_CELLS, width // 2)), style), (f" {clean_line(setting.written)}", style)]
        return spread(left, [(f"{clean_line(setting.origin)} ", look.muted)], width, look.text)

    def cursor_moved(self) -> None:
        self._moved()

    def empty_lines(self) -> Sequence[str]:
        return ("no setting matches",)


class SettingAbout(TextLine):
    """What the setting under the cursor does."""

    DEFAULT_CSS = f"SettingAbout {{ height: {_ABOUT_ROWS}; padding: 0 1; }}"

    def __init__(self) -> None:
        super().__init__()
        self._setting: ShownSetting | None = None

    def show(self, setting: ShownSetting | None) -> None:
        self._setting = setting
        self.refresh()

    def render(self) -> Content:
        lines = about_setting(self._setting, max(20, self.size.width)) if self._setting is not None else []
        return self.content(lines[: self.size.height])


def about_setting(setting: ShownSetting, width: int) -> list[list[StyledText]]:
    """Its name and limits, then what it does in full sentences."""
    info, facts = setting.known.info, list[str]()
    if info.choices:
        facts.append(f"one of {', '.join(info.choices)}")
    if info.minimum is not None:
        facts.append(f"at least {info.minimum:g}")
    if info.maximum is not None:
        facts.append(f"at most {info.maximum:g}")
    if source := stronger_source(setting):
        facts.append(f"now from the {source}, which goes before the file")
    right = clip("; ".join(facts), max(0, width - cells(setting.name) - 2))
    head: list[StyledText] = [(setting.name, "strong"), (f"  {right}", "muted")]
    text = info.doc
    return [head, *([(text[start:end], "plain")] for start, end in wrap(text, width))]


class SettingsScreen(KeyedScreen[None]):
    """`config` is what runs; what is changed is written to the settings file, and applied at once where that can be."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("settings")]
    DEFAULT_CSS = "SettingList { height: 1fr; width: 1fr; }"

    title_line = getters.query_one(PaneTitle)
    settings = getters.query_one(SettingList)
    about = getters.query_one(SettingAbout)

    def __init__(self, desk: DeskParts, config: Config) -> None:
        super().__init__()
        self._desk = desk
        self._config = config
        self._shown: Sequence[ShownSetting] = ()
        self._filter = ""

    def compose(self) -> ComposeResult:
        yield PaneTitle("Settings")
        yield SettingList(self._show_about)
        yield SettingAbout()
        yield KeyHints()

    def on_mount(self) -> None:
        self.settings.focus()
        self._desk.do(self._load())

    def action_close(self) -> None:
        """Show all settings again after a filter; else back."""
        if self._filter:
            self._filter = ""
            self._rebuild()
        else:
            self.dismiss(None)

    def action_move(self, step: int) -> None:
        """To the next setting; headings are passed over."""
        index, items = self.settings.cursor + step, self.settings.items
        while 0 <= index < len(items) and items[index].setting is None:
            index += 1 if step > 0 else -1
        if 0 <= index < len(items):
            self.settings.move_to(index)

    def action_move_page(self, step: int) -> None:
        page = step * max(1, self.settings.size.height - 1)
        self.settings.move_to(self.settings.cursor + page)
        if self._current is None:
            self.action_move(1)

    def action_change(self) -> None:
        """Turn a switch, choose from a list, or type a value."""
        setting = self._current
        if setting is None:
            return
        if setting.is_secret or setting.is_table:
            self._desk.say(f"{setting.name} is changed in the file itself, which O opens")
        elif isinstance(setting.plain, bool):
            self._save(setting, "false" if setting.plain else "true")
        elif choices := self._choices(setting):
            self._choose(setting, choices)
        else:
            written = setting.written if not isinstance(setting.plain, str) else setting.plain
            self._desk.ask_line(setting.name, written, lambda typed: self._save(setting, typed))

    def action_reset(self) -> None:
        """Remove the setting from the file, so that its default holds."""
        setting = self._current
        if setting is not None and setting.is_table:
            self.action_change()
        elif setting is not None:
            self._save(setting, None)

    def action_filter(self) -> None:
        """Show only the settings whose name or effect has what is typed."""

        def changed(typed: str) -> None:
            self._filter = typed.casefold()
            self._rebuild()

        self._desk.ask_line("only settings with", self._filter, on_change=changed)

    def action_open_file(self) -> None:
        """Open the settings file in the user's editor."""
        self._desk.do(self._edit_file())

    @property
    def _current(self) -> ShownSetting | None:
        line = self.settings.current
        return line.setting if line is not None else None

    def _choices(self, setting: ShownSetting) -> tuple[str, ...]:
        if setting.name == "ui.theme":
            return tuple(sorted(app_of(self).available_themes))
        return setting.known.info.choices

    def _choose(self, setting: ShownSetting, choices: Sequence[str]) -> None:
        from bookwheel.tui.screens.pick import Choice, PickScreen

        current = str(setting.plain)

        def chosen(value: str | None) -> None:
            if value is not None:
                self._save(setting, value)

        listed = [Choice(value=each, label=each) for each in choices]
        self._desk.open_screen(PickScreen(setting.name, listed, current=current), chosen)

    def _save(self, setting: ShownSetting, text: str | None) -> None:
        self._desk.do(self._saved(setting, text))

    async def _saved(self, setting: ShownSetting, text: str | None) -> None:
        await asyncio.to_thread(save_setting, self._config, setting, text)
        await self._load()
        now = next(each for each in self._shown if each.name == setting.name)
        if source := stronger_source(now):
            self._desk.say(f"Saved, but the {source} goes before the file")
        elif self._applies_now(now):
            self._desk.say(f"Saved and in force: {now.name} = {now.written}")
        else:
            self._desk.say(f"Saved, in force from the next start: {now.name} = {now.written}")

    def _applies_now(self, setting: ShownSetting) -> bool:
        """Use the value at once where a running desk can."""
        assistant, value = self._desk.assistant, str(setting.plain)
        match setting.name:
            case "ui.theme" if value in app_of(self).available_themes:
                app_of(self).theme = value
            case "tools.web":
                assistant.set_web(value)
            case "model.name" if value:
                assistant.set_model(value)
            case _:
                return False
        return True

    async def _edit_file(self) -> None:
        from bookwheel.config.write import example_text, write_config
        from bookwheel.tui.editor import edit_file

        file = paths.config_file()
        if not await asyncio.to_thread(file.exists):
            await asyncio.to_thread(write_config, file, example_text())
        await edit_file(app_of(self), file)
        await self._load()

    async def _load(self) -> None:
        try:
            self._shown = await asyncio.to_thread(settings_now, self._config)
        except BookwheelError:
            self._shown = self._shown or await asyncio.to_thread(lambda: list(shown_settings(self._config)))
            raise
        finally:
            if is_open(self):
                self._rebuild()

    def _rebuild(self) -> None:
        lines: list[SettingLine] = []
        for setting in self._shown:
            if self._filter and self._filter not in f"{setting.name} {setting.known.info.doc}".casefold():
                continue
            if not lines or lines[-1].setting is None or lines[-1].setting.section != setting.section:
                lines.append(SettingLine(heading=setting.section))
            lines.append(SettingLine(setting=setting))
        current = self._current
        at = (
            number
            for number, line in enumerate(lines)
            if line.setting and current and line.setting.name == current.name
        )
        self.settings.set_items(lines, cursor=next(at, 1))
        shown = sum(line.setting is not None for line in lines)
        counts = (
            f"{shown} of {len(self._shown)} {self.settings.signs.dot} /{self._filter}"
            if self._filter
            else counted(shown, "setting")
        )
        self.title_line.show(f"Settings  {paths.config_file()}", counts)
        self._show_about()

    def _show_about(self) -> None:
        self.about.show(self._current)
