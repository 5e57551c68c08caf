"""The list of models: of the endpoint, of servers on this machine, files on this disk; one can be tried first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import is_open
from bookwheel.tui.screens.pick import Choice, PickScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from bookwheel.assistant.protocols import ListingSource, ModelOffer
    from bookwheel.tui.screens.desk_parts import DeskParts

# Before what the list only names, and `set_model` does not take.
_NAMED = "provider "


class ModelScreen(PickScreen):
    """Gives what `set_model` takes: the chosen model, or what was typed where no model of the list fits."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("models")]

    def __init__(self, desk: DeskParts, source: ListingSource, offers: Sequence[ModelOffer], current: str) -> None:
        current = next((offer.value for offer in offers if current in (offer.value, offer.label)), current)
        listed = [
            Choice(value=offer.value or f"{_NAMED}{offer.label}", label=offer.label, note=offer.note)
            for offer in offers
        ]
        super().__init__(
            "Model", listed, current=current, placeholder="type to filter, or a name, or a path to a .gguf"
        )
        self._desk = desk
        self._source = source

    def action_choose(self) -> None:
        current = self.choices.current
        typed = self.filter_input.value.strip()
        if current is None and typed:
            self.dismiss(typed)
        elif current is not None and current.value.startswith(_NAMED):
            self._desk.say(f"{current.label} is chosen in the settings (S): {current.note}")
        else:
            super().action_choose()

    def action_try(self) -> None:
        """Ask the model under the cursor for a word; the answer, or what is wrong, is shown in its row."""
        current = self.choices.current
        if current is not None and not current.value.startswith(_NAMED):
            self._note(current.value, "trying…")
            self._desk.do(self._try(current.value))

    async def _try(self, name: str) -> None:
        self._note(name, await self._source.try_model(name))

    def _note(self, value: str, note: str) -> None:
        if is_open(self):
            self.change_choice(value, lambda choice: replace(choice, note=note))
