"""Settings of the desk: mode, model and web search."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bookwheel.assistant.protocols import ConfiguredSource, ListingSource, PermittingSource
from bookwheel.config.setting_tables import THEME
from bookwheel.engine.tools.approval import WEB_POLICIES
from bookwheel.tui.messages import app_of
from bookwheel.tui.screens.desk_parts import DeskParts, plain_call

if TYPE_CHECKING:
    from bookwheel.tui.screens.pick import Choice


_WEB_WORDS: Mapping[str, str] = {
    "off": "the agent does not search it",
    "ask": "the agent asks first",
    "on": "the agent searches without asking",
}


class SettingActions:
    """What the setting keys ask for; `run_key` does what the key with an id of the key table would do."""

    def __init__(self, desk: DeskParts, run_key: Callable[[str], Awaitable[None]]) -> None:
        self._desk = desk
        self._run_key = run_key

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {
            "allowed": self.show_allowed,
            "model": self.choose_model,
            "all_settings": self.show_all,
            "settings": self.choose_setting,
            "theme": self.choose_theme,
            "web": self.next_web_policy,
        }

    def switch_mode(self) -> None:
        """Use the next mode for the next questions: query, agent, research."""
        assistant = self._desk.assistant
        modes = assistant.modes
        following = modes[(modes.index(assistant.status.mode) + 1) % len(modes)]
        self._desk.do(plain_call(assistant.set_mode, following))

    def next_web_policy(self) -> None:
        """Web search from off to ask, from ask to on, from on to off."""
        assistant = self._desk.assistant
        current = assistant.status.web
        index = WEB_POLICIES.index(current) if current in WEB_POLICIES else 0
        policy = WEB_POLICIES[(index + 1) % len(WEB_POLICIES)]
        self._desk.do(plain_call(assistant.set_web, policy))
        self._desk.say(f"Web search: {policy} ({_WEB_WORDS[policy]})", timeout=3.0)

    def choose_model(self, then: Callable[[], Awaitable[object]] | None = None) -> None:
        """Show the known models, or let the user type a name where only one is known; `then` follows the choice."""
        from bookwheel.tui.screens.pick import Choice, PickScreen

        assistant = self._desk.assistant

        def chosen(name: str | None) -> None:
            if name and name.strip():
                self._desk.do(self._use_model(name.strip(), then))

        current, known = assistant.status.model, assistant.models()
        if isinstance(source := assistant.workflows, ListingSource):
            self._desk.do(self._choose_offered(source, current, chosen))
            return
        names = known if current in known or not current else [current, *known]
        if len(names) > 1:
            choices = [Choice(value=name, label=name) for name in names]
            self._desk.open_screen(PickScreen("Model", choices, current=current), chosen)
        else:
            self._desk.ask_line("model", current, chosen)

    async def _choose_offered(self, source: ListingSource, current: str, chosen: Callable[[str | None], None]) -> None:
        from bookwheel.tui.screens.model_screen import ModelScreen

        offers = await source.offers()
        self._desk.open_screen(ModelScreen(self._desk, source, offers, current), chosen)

    async def _use_model(self, name: str, then: Callable[[], Awaitable[object]] | None) -> None:
        from bookwheel.assistant.model_change import change_model

        assistant = self._desk.assistant
        is_refused, runs = assistant.status.retry_at is not None, list(assistant.sessions.transcript.runs)
        if doubt := await change_model(assistant, name):
            self._desk.warn(doubt)
        if then is not None:
            await then()
        elif is_refused and runs:
            # The model chosen before does not answer: its question goes to the one chosen now.
            await assistant.cancel()
            await assistant.ask_again(runs[-1])

    def show_all(self) -> None:
        """Show every setting of the settings file."""
        from bookwheel.tui.screens.settings_screen import SettingsScreen

        source = self._desk.assistant.workflows
        if isinstance(source, ConfiguredSource):
            self._desk.open_screen(SettingsScreen(self._desk, source.config))
        else:
            self._desk.say("This desk runs without settings")

    def show_allowed(self) -> None:
        """Show the rules that let tools run without a question."""
        from bookwheel.tui.screens.allowed_calls import AllowedScreen

        source = self._desk.assistant.workflows
        if isinstance(source, PermittingSource):
            self._desk.open_screen(AllowedScreen(self._desk, source.permissions))
        else:
            self._desk.say("This desk keeps no permissions for tools")

    def choose_theme(self) -> None:
        """Show the themes; the one under the cursor is used as a preview."""
        from bookwheel.tui.screens.pick import Choice, PickScreen

        app = app_of(self._desk.prompt)

        def show(name: str) -> None:
            app.theme = name

        def chosen(name: str | None) -> None:
            if name is not None:
                app.theme = name
                self._desk.assistant.keeper.keep(THEME, name)

        choices = [
            Choice(value=name, label=name, note="16 colours" if theme.ansi else "dark" if theme.dark else "light")
            for name, theme in sorted(app.available_themes.items())
        ]
        self._desk.open_screen(PickScreen("Theme", choices, current=app.theme, on_move=show), chosen)

    def choose_setting(self) -> None:
        """Show the settings with their values; choosing one does what its key does."""
        from bookwheel.tui.screens.pick import PickScreen

        async def chosen(key_id: str | None) -> None:
            if key_id is not None:
                await self._run_key(key_id)

        self._desk.open_screen(PickScreen("Settings", self._choices()), chosen)

    def _choices(self) -> list[Choice]:
        from bookwheel.tui.screens.pick import Choice

        status = self._desk.assistant.status
        return [
            Choice(value="desk.theme", label="Theme", note=app_of(self._desk.prompt).theme),
            Choice(value="desk.model", label="Model", note=status.model),
            Choice(value="app.mode", label="Mode", note=f"{status.mode} (query, agent or research)"),
            Choice(value="desk.web", label="Web search", note=f"{status.web} ({', '.join(WEB_POLICIES)})"),
            Choice(value="desk.allowed", label="Allowed tool calls", note="see and delete the rules"),
            Choice(value="desk.all_settings", label="All settings", note="what each does; changed in config.toml"),
        ]
