"""The row of a question in the event log opens its timeline."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.support.desk_app import running_app
from tests.support.scene import save_sessions


async def test_a_question_in_the_event_log_opens_its_steps_on_one_time_axis(tmp_path: Path) -> None:
    session_id = await asyncio.to_thread(save_sessions, tmp_path / "sessions")
    async with running_app(tmp_path, size=(140, 30)) as desk:
        await desk.assistant.sessions.open(session_id)
        await desk.until_sees("compare with full attention")
        await desk.press("escape", "t", "g", "enter")
        await desk.until_sees("3 steps")
        rows = {line.split()[0]: line for line in desk.lines() if line.strip()}
        assert rows["search"].index("█") < rows["model"].index("█")  # the last model row: what comes later starts later
        assert rows["model"].count("█") > rows["search"].count("█")
        assert "2.0k in" in rows["model"]
        await desk.press("enter")
        await desk.until_sees("query  What makes sliding-window")
        await desk.press("escape", "escape")
        await desk.until_sees("READ")
        await desk.press("y")
        await desk.until(lambda: '"type": "RunStarted"' in desk.app.clipboard, "the event is copied")
        file = tmp_path / "run.jsonl"
        await desk.press("w", "ctrl+u")
        await desk.type(str(file))
        await desk.press("enter")
        await desk.until(file.exists, "the events of the question are written")
        lines = [json.loads(line) for line in (await asyncio.to_thread(file.read_text)).splitlines()]
        assert {line["run"] for line in lines} == {"r1"}
        assert [lines[0]["type"], lines[-1]["type"]] == ["RunStarted", "RunFinished"]
