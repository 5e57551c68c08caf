"""An answer with an unsupported claim on the desk: marked, explained, linked to its source, also after a restart."""

from __future__ import annotations

from pathlib import Path

from tests.support.desk import MockLLM, Shelf, Workflows
from tests.support.desk_app import running_app

from bookwheel.tui.screens.page import PageScreen

ANSWER = "Windows cost O(n w) [1]. They were found in 1873 [2]."


async def test_a_claim_without_a_source_is_marked_explained_and_leads_to_its_source(tmp_path: Path) -> None:
    workflows = Workflows(MockLLM([ANSWER]), Shelf("Sliding windows cost O(n w).", "Full attention costs more."))
    async with running_app(tmp_path, workflows) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("sentences checked, 1 not supported")
        assert desk.sees("┄Windows cost O(n w) [1]. They were found in 1873 [2].")
        before = [line for line in desk.lines() if "1873" in line]
        await desk.press("escape", "v")
        await desk.until_sees("not in [2]: 1873")
        await desk.press("o")
        await desk.until(lambda: isinstance(desk.app.screen, PageScreen))
        await desk.until_sees("/papers/n2.md")
    async with running_app(tmp_path, resume_last=True) as desk:
        await desk.until_sees("sentences checked, 1 not supported")
        await desk.until(lambda: [line for line in desk.lines() if "1873" in line] == before)
