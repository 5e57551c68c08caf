"""The blocks of a long session that are not loaded yet: when they are wanted, and what waits for them."""

from __future__ import annotations

from collections.abc import Callable

from bookwheel.assistant.updates import Unloaded

# A question has about three blocks: itself, its answer and the sources.
BLOCKS_A_QUESTION = 3


class UnloadedBlocks:
    """`load` is called with True for all that is missing, with False for the next part."""

    def __init__(self, load: Callable[[bool], object] = bool) -> None:
        self._load = load
        self._is_loading = False
        self._waiting: list[Callable[[], object]] = []
        self.now = Unloaded()

    @property
    def block_estimate(self) -> int:
        """About how many blocks are missing."""
        return BLOCKS_A_QUESTION * self.now.questions

    def reset(self, unloaded: Unloaded) -> None:
        """Another session is shown: what waits for the old one is dropped."""
        self.now = unloaded
        self._is_loading = False
        self._waiting.clear()

    def loaded(self, unloaded: Unloaded) -> None:
        """A part has come: load on, or do what waited for all of them."""
        self.now = unloaded
        self._is_loading = False
        if not unloaded.is_whole:
            if self._waiting:
                self._is_loading = True
            return
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            action()

    def failed(self) -> None:
        """What is missing cannot be read."""
        self._is_loading = False
        self._waiting.clear()

    def want_part(self) -> None:
        """The reader comes near the first block that is loaded."""
        if not self._is_loading and not self.now.is_whole:
            self._is_loading = True
            self._load(False)

    def when_whole(self, action: Callable[[], object]) -> None:
        """Do this once everything is loaded."""
        if self.now.is_whole:
            action()
            return
        self._waiting.append(action)
        self._is_loading = True
        self._load(True)
