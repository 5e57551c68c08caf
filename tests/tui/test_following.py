"""The desk says once when changed files are not watched."""

from dataclasses import replace
from pathlib import Path

from tests.support.desk_app import running_app


async def test_why_changes_are_not_followed_is_said_once(tmp_path: Path) -> None:
    note = "Changed files are noticed only when you ask: /mnt/\x1b[31mx is on a network drive (nfs4)."
    async with running_app(tmp_path) as desk:
        state = replace(desk.assistant.documents.state, note=note)
        for _ in range(3):
            desk.assistant._hub.library(state)
            await desk.until_sees("Changed files are noticed")
        assert len(desk.app._notifications) == 1
        assert "\x1b[31m" not in desk.screen_text()
