"""Switches a desk from one named desk to another: its folders, its filter, its choices and its last session."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bookwheel.assistant.desk_keeper import DeskKeeper
from bookwheel.assistant.desk_sessions import DeskSessions
from bookwheel.assistant.documents.desk_documents import DeskDocuments
from bookwheel.assistant.updates import DeskStatus
from bookwheel.errors import BookwheelError, UsageError

if TYPE_CHECKING:
    from bookwheel.config.kept import NamedDesk
    from bookwheel.sessions.header import SessionInfo


class SwitchableDesk(Protocol):
    """The parts of a desk that a named desk sets."""

    documents: DeskDocuments
    sessions: DeskSessions
    keeper: DeskKeeper

    @property
    def status(self) -> DeskStatus: ...

    def set_mode(self, mode: str) -> None: ...

    def set_model(self, name: str) -> None: ...

    def set_web(self, policy: str) -> None: ...


async def switch_desk(on: SwitchableDesk, name: str) -> None:
    """Switch to a named desk and its last session; a new one is made of what is open now. Raises ConfigError."""
    desk = await on.keeper.load(name)
    if desk is None:
        from bookwheel.config.kept import NamedDesk

        folders, status = tuple(map(str, on.documents.roots)), on.status
        desk = NamedDesk(name=name, folders=folders, selection=status.selection, mode=status.mode, web=status.web)
    on.keeper.open(None)
    session_id = await on.sessions.latest_id(name)
    await (on.sessions.load(session_id) if session_id is not None else on.sessions.new())
    await take_desk(on, desk)


async def take_desk_of(on: SwitchableDesk, session: SessionInfo) -> bool:
    """Open the named desk of a session that was opened; False when it has none."""
    if session.desk == on.keeper.name:
        return bool(session.desk)
    on.keeper.open(None)
    desk = await on.keeper.load(session.desk) if session.desk else None
    if desk is not None:
        await take_desk(on, desk)
    return desk is not None


async def take_desk(on: SwitchableDesk, desk: NamedDesk) -> None:
    """Use the folders, the filter, the model, the mode and the web policy of a named desk."""
    on.documents.clear_filter()
    await on.documents.set_roots([Path(folder) for folder in desk.folders])
    with suppress(UsageError):  # a folder of the filter that is gone: all others are searched
        await on.documents.set_filter(desk.selection)
    with on.keeper.paused():  # the user has not made these choices now
        choices: tuple[tuple[Callable[[str], None], str], ...] = (
            (on.set_model, desk.model),
            (on.set_mode, desk.mode),
            (on.set_web, desk.web),
        )
        for set_choice, value in choices:
            with suppress(BookwheelError):  # a value of another version, or of a desk on another workflow
                if value:
                    set_choice(value)
    on.keeper.open(desk)
