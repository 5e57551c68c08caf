"""`[mcp.NAME]` in the settings: the servers' tools in `ask --agent`, and what mistakes say."""

import sys
from pathlib import Path

import pytest
from tests.cli.program import bookwheel, write_settings
from tests.cli.scenes import QUESTION, use
from tests.support import mcp_fixture
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

SHOP = f'command = "{sys.executable}"\nargs = ["{Path(mcp_fixture.__file__)}"]'


async def test_a_servers_tool_answers_in_the_agent(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[mcp.shop]", SHOP, 'approve = "on"')
        server.replies += [call(("shop__add", {"a": 20, "b": 22})), say("The sum is 42 [1].")]
        ended = await bookwheel("ask", "--agent", QUESTION, str(notes), env={"PYTHONWARNINGS": ""})
    assert ended.code == 0, ended.err
    assert "The sum is 42 [1]." in ended.out
    assert "mcp://shop/add" in ended.out


async def test_without_a_terminal_its_tools_are_not_run_unasked(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[mcp.shop]", SHOP)
        server.replies += [call(("shop__die", {})), say("I may not.")]
        ended = await bookwheel("ask", "--agent", QUESTION, str(notes), env={"PYTHONWARNINGS": ""})
    assert ended.code == 4
    assert "shop__die needs approval" in ended.err


async def test_a_server_that_is_down_is_said_and_the_rest_answers(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[mcp.shop]", 'command = "no-such-program"')
        server.replies += [say("Without it.")]
        ended = await bookwheel("ask", "--agent", QUESTION, str(notes))
        assert "shop__" not in str(server.chats[0].json["tools"])
    assert ended.code == 0, ended.err
    assert "The MCP server 'shop' (no-such-program) cannot be used" in ended.err


async def test_a_server_that_is_down_is_said_in_research_too(notes: Path) -> None:
    write_settings('[mcp.shop]\ncommand = "no-such-program"\n')
    ended = await bookwheel("research", QUESTION, str(notes))
    assert "The MCP server 'shop' (no-such-program) cannot be used" in ended.err


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('command = "x"\nurl = "http://127.0.0.1:1/"', "mcp.shop.command or url must be set, and not both"),
        ("args = []", "mcp.shop.command or url must be set, and not both"),
        ('comand = "x"', "mcp.shop.comand is not a setting of an MCP server"),
        ('command = "x"\nargs = "y"', "mcp.shop.args must be a list of texts"),
        ('command = "x"\napprove = "always"', 'mcp.shop.approve must be "ask" or "on"'),
        ('command = "x"\ntimeout_s = 0', "mcp.shop.timeout_s must be a number of seconds"),
    ],
)
async def test_a_mistake_in_its_settings_is_named(lines: str, message: str) -> None:
    write_settings(f"[mcp.shop]\n{lines}\n")
    ended = await bookwheel("config", "check")
    assert ended.code == 2
    assert message in ended.out + ended.err


async def test_the_name_of_a_server_is_checked() -> None:
    write_settings('[mcp."My Shop"]\ncommand = "x"\n')
    ended = await bookwheel("config", "check")
    assert ended.code == 2
    assert "must have a name of small letters" in ended.out + ended.err
