"""The rules that let tools run without a question: those of the settings and those of this session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from bookwheel import paths
from bookwheel.errors import ConfigError
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean_line, reveal_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import is_open
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedScreen, wrapped

if TYPE_CHECKING:
    from textual.binding import BindingType

    from bookwheel.assistant.protocols import PermissionPort
    from bookwheel.tui.screens.desk_parts import DeskParts

NO_RULE = "No rule under the cursor"


class AllowedScreen(WrappedScreen):
    """Shows, adds, changes and deletes the rules of `permissions`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("allowed")]

    def __init__(self, desk: DeskParts, permissions: PermissionPort) -> None:
        super().__init__()
        self._desk = desk
        self._permissions = permissions

    def rebuild(self) -> None:
        """As it was; the cursor stands on a rule where there is one."""
        super().rebuild()
        if self._current is None:
            self.rows.move_to(next((at for at, row in enumerate(self.rows.items) if row.number == 0), 0))

    def make_title(self) -> tuple[str, str]:
        return "Allowed tool calls", counted(len(self._rules), "rule")

    def make_rows(self, width: int) -> Sequence[WrappedRow]:
        look = self.rows.look
        always, session = self._permissions.always, self._permissions.session
        rows = [*wrapped([(f"Always: tools.allow in {clean_line(str(paths.config_file()))}", look.muted)], width)]
        rows += self._rows_of(always, 0, "none: every call that needs a permission is asked about", width)
        rows += [WrappedRow(()), *wrapped([("This session, until Bookwheel ends", look.muted)], width)]
        rows += self._rows_of(session, len(always), "none", width)
        about = "A rule is a tool's name and patterns of its arguments; * stands for any characters."
        return [*rows, WrappedRow(()), *wrapped([(about, look.muted)], width)]

    def action_edit(self) -> None:
        """Change the rule under the cursor."""
        rule = self._current
        if rule is None:
            self.remark(NO_RULE)
            return

        def entered(typed: str) -> None:
            if typed and typed != rule:
                self._desk.do(self._change(rule, typed))

        self._desk.ask_line("rule", rule, entered)

    def action_add(self) -> None:
        """Add a rule to the settings."""

        def entered(typed: str) -> None:
            if typed:
                self._desk.do(self._add(typed))

        self._desk.ask_line("new rule", "", entered, placeholder="such as read_page url=https://example.org/*")

    def action_delete(self) -> None:
        """Delete the rule under the cursor."""
        rule = self._current
        if rule is None:
            self.remark(NO_RULE)
        else:
            self._desk.do(self._delete(rule))

    @property
    def _rules(self) -> tuple[str, ...]:
        return (*self._permissions.always, *self._permissions.session)

    @property
    def _current(self) -> str | None:
        row = self.rows.current
        return self._rules[row.number] if row is not None and 0 <= row.number < len(self._rules) else None

    def _rows_of(self, rules: Sequence[str], first: int, nothing: str, width: int) -> list[WrappedRow]:
        look = self.rows.look
        if not rules:
            return wrapped([(nothing, look.text)], width, indent="    ")
        rows: list[WrappedRow] = []
        for number, rule in enumerate(rules, start=first):
            rows += wrapped([(reveal_line(rule), look.strong)], width, number, indent="    ")
        return rows

    def _show_changed(self) -> None:
        if is_open(self):
            self.rebuild()

    async def _change(self, rule: str, other: str) -> None:
        await self._permissions.replace(rule, other)
        self._show_changed()

    async def _add(self, rule: str) -> None:
        problem = await self._permissions.grant(rule, always=True)
        self._show_changed()
        if problem:
            raise ConfigError(problem)

    async def _delete(self, rule: str) -> None:
        await self._permissions.revoke(rule)
        self._show_changed()
        self._desk.say(f"Deleted the rule {rule}")
