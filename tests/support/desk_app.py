"""The app on a desk of scripted parts, driven by key presses; waits are for conditions, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.desk import Folder, Workflows
from tests.support.patience import PATIENCE_S, busy_factor, soon

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui import app as app_module
from bookwheel.tui.app import BookwheelApp

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.pilot import Pilot


class AppDriver:
    """A headless app, driven by key presses."""

    def __init__(self, app: BookwheelApp, pilot: Pilot[None], assistant: Assistant, clock: Clock) -> None:
        self.app = app
        self.pilot = pilot
        self.assistant = assistant
        self.clock = clock

    async def press(self, *keys: str) -> None:
        """Press keys at a human pace: a second lies between them."""
        for key in keys:
            self.clock.now += 1.0
            await self.pilot.press(key)

    async def type(self, text: str) -> None:
        await self.press(*(_KEYS.get(char, char) for char in text))

    async def until(self, is_so: Callable[[], object], what: str = "") -> None:
        """Let the app work until a condition holds."""
        end = time.monotonic() + PATIENCE_S * busy_factor()
        while not is_so():
            assert time.monotonic() < end, f"never happened: {what or is_so}\n{self.screen_text()}"
            await self.pilot.pause()
            await asyncio.sleep(0.005)

    async def ask(self, question: str) -> None:
        """Type a question into the prompt and send it."""
        self.app.desk.prompt.put(question)
        await self.press("enter")

    def lines(self) -> list[str]:
        """What the screen shows, row by row."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage] - Textual has no other way to read the screen
        return [strip.text.rstrip() for strip in strips[:height]] if width else []

    def screen_text(self) -> str:
        return "\n".join(self.lines())

    def sees(self, text: str) -> bool:
        return text in self.screen_text()

    async def until_sees(self, text: str) -> None:
        await self.until(lambda: self.sees(text), f"the screen shows {text!r}")


class PatientApp(BookwheelApp):
    """The app with remarks that stay until the next one: on a busy machine two seconds pass before a test looks."""

    CSS_PATH = str(Path(app_module.__file__).with_name(str(BookwheelApp.CSS_PATH)))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        stays_s = max(timeout or 0.0, 2 * PATIENCE_S * busy_factor())
        super().notify(message, title=title, severity=severity, timeout=stays_s, markup=markup)


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


_KEYS: Mapping[str, str] = {" ": "space", "/": "slash", "?": "question_mark", ".": "full_stop", "@": "at", ":": "colon"}


@asynccontextmanager
async def running_app(
    tmp_path: Path,
    workflows: Workflows | None = None,
    *,
    size: tuple[int, int] = (160, 42),
    library: Folder | None = None,
    roots: Sequence[str] = (),
    selection: Selection = EVERYTHING,
    mode: str = "query",
    theme: str = "",
    keys: Mapping[str, str] | None = None,
    session_id: str | None = None,
    resume_last: bool = False,
) -> AsyncGenerator[AppDriver]:
    """The app with its assistant started; both are closed at the end."""
    folder = await asyncio.to_thread(_folder, tmp_path)
    clock = Clock()
    assistant = Assistant(
        workflows=workflows or Workflows(),
        library=library or Folder("/papers/n1.md", "/papers/n2.md"),
        sessions=SessionStore(tmp_path / "sessions"),
        mode=mode,
    )

    def make() -> BookwheelApp:
        return PatientApp(
            assistant,
            theme=theme,
            keys=keys,
            roots=[Path(root) for root in roots] or [folder],
            selection=selection,
            session_id=session_id,
            resume_last=resume_last,
            clock=clock,
        )

    app = await asyncio.to_thread(make)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            driver = AppDriver(app, pilot, assistant, clock)
            await driver.until(lambda: assistant.documents.roots and app.desk.status.model, "the desk is open")
            try:
                yield driver
            finally:
                await leave(app)
    finally:
        await app.close_assistant()


async def leave(app: BookwheelApp) -> None:
    """Leave the app as a user does: the end of `run_test` alone removes the screens while their workers go on."""
    app.exit(return_code=app.return_code or 0)
    await soon(lambda: not app.is_running)


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir(exist_ok=True)
    return folder
