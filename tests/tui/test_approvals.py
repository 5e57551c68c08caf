"""Approving on the desk: rules shown before they are kept, arguments edited, refusals that are not failures."""

from pathlib import Path
from typing import Any

from tests.support.desk import MockLLM, MockReply, Workflows
from tests.support.desk_app import AppDriver, running_app

from bookwheel import paths
from bookwheel.config.setting_tables import Config
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.transcript.blocks import ToolBlock
from bookwheel.tui.screens.allowed_calls import AllowedScreen
from bookwheel.wiring.tool_permissions import ToolPermissions


def fetching(calls: list[str], *urls: str) -> Workflows:
    """An agent that wants to fetch pages one after the other, under rules."""

    async def read_page(url: str) -> str:
        """Fetch a page."""
        calls.append(url)
        return f"page of {url}"

    wishes: list[Any] = [MockReply(tool_calls=[ToolSelection(url, "read_page", {"url": url})]) for url in urls]
    return Workflows(
        llm=MockLLM([*wishes, MockReply(text="Done.")]),
        tools=[FunctionTool.from_defaults(read_page, requires_approval=True)],
        permissions=ToolPermissions(Config()),
    )


async def until_asked(desk: AppDriver, url: str) -> None:
    await desk.until_sees(f'url: "{url}"')


async def test_a_rule_is_shown_narrowed_kept_and_deleted(tmp_path: Path) -> None:
    calls: list[str] = []
    urls = ("https://a.org/1", "https://a.org/2", "https://b.org/1", "https://a.org/papers/1", "https://a.org/3")
    async with running_app(tmp_path, fetching(calls, *urls), mode="agent", size=(100, 30)) as desk:
        await desk.ask("Fetch it")
        await desk.until_sees("s and A allow: read_page url=https://a.org/*")
        await desk.press("escape", "A")
        await desk.until_sees("keeps this rule in the settings")
        bar = desk.app.desk.approval
        bar.answer_input.value = "read_page url=https://b.org/*"
        await desk.press("enter")
        await desk.until_sees("This rule does not fit the call above.")
        assert calls == []
        bar.answer_input.value = "read_page url=https://a.org/[12]"
        await desk.press("escape")
        await desk.press("s")
        await desk.until(lambda: calls == list(urls[:2]))
        await until_asked(desk, urls[2])
        assert not paths.config_file().exists()
        await desk.press("A")
        await desk.until_sees("keeps this rule in the settings")
        await desk.press("enter")
        await desk.until_sees("Done.")
        assert calls == list(urls)
        assert '"read_page url=https://b.org/*"' in paths.config_file().read_text()
        await desk.press("L")
        await desk.until(lambda: isinstance(desk.app.screen, AllowedScreen))
        assert desk.sees("read_page url=https://a.org/*")
        await desk.press("d")
        await desk.until_sees("Deleted the rule read_page url=https://b.org/*")
        assert "b.org" not in paths.config_file().read_text()
        await desk.press("a")
        await desk.type("web_search")
        await desk.press("enter")
        await desk.until(lambda: "web_search" in paths.config_file().read_text())
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)


async def test_arguments_are_edited_seen_and_then_run(tmp_path: Path) -> None:
    calls: list[str] = []
    workflows = fetching(calls, "https://a.org/1")
    async with running_app(tmp_path, workflows, mode="agent") as desk:
        await desk.ask("Fetch it")
        await until_asked(desk, "https://a.org/1")
        await desk.press("escape", "e")
        await desk.until_sees("nothing runs yet")
        field = desk.app.desk.approval.answer_input
        field.value = '{"url": '
        await desk.press("enter")
        await desk.until_sees("This is not JSON")
        field.value = '{"url": "https://b.org/2"}'
        await desk.press("enter")
        await desk.until_sees('edited read_page  url: "https://b.org/2"')
        assert desk.sees("s and A allow: read_page url=https://b.org/*")
        assert calls == []
        await desk.press("a")
        await desk.until_sees("Done.")
        assert calls == ["https://b.org/2"]
        (tool,) = [block for block in desk.assistant.sessions.transcript.blocks if isinstance(block, ToolBlock)]
        assert tool.tool_kwargs == {"url": "https://b.org/2"}
        llm = workflows.llm
        assert isinstance(llm, MockLLM)
        assert "changed the arguments" in str(llm.calls[-1].messages[-1].content)
