"""A hostile MCP server in `ask --agent`: each of its tricks costs its own call, and the question is answered."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION, use
from tests.support import hostile_mcp
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel.engine.tools.mcp.server_texts import MAX_RESULT_CHARS

SERVER = f'command = "{sys.executable}"\nargs = ["{Path(hostile_mcp.__file__)}"]'
FAILS = {"wrong": "wicked", "die": "wicked", "hang": "no result within 2 seconds"}
WORKS = {
    "search_documents": "search_documents answers",
    "tree": "tree answers",
    "flood": "[cut: the result has 5,000,000 characters]",
    "garble": "after the noise",
    "lie": "nothing changed",
    "ask": "answered: decline",
    "good": "good answers",
}
ORDER = ("search_documents", "tree", "flood", "garble", "lie", "ask", "wrong", "die", "hang", "good")


async def test_each_trick_costs_its_own_call(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[mcp.wicked]", SERVER, 'approve = "on"', "timeout_s = 2")
        server.replies += [*(call((f"wicked__{tool}", {})) for tool in ORDER)]
        server.replies += [call(("search_documents", {"query": QUESTION})), say("It is answered all the same.")]
        ended = await bookwheel("ask", "--agent", "--json", "--max-turns", "20", QUESTION, str(notes))
        schemas = {tool["function"]["name"]: tool["function"] for tool in server.chats[0].json["tools"]}
    # As after a refused approval: the run goes on and answers, and the code says that something was refused.
    assert ended.code == 4, ended.err
    assert "there is no terminal to answer on: The MCP server 'wicked' asks" in ended.err
    assert "Traceback" not in ended.err
    assert "\x1b" not in ended.out + ended.err

    events = [json.loads(line) for line in ended.out.splitlines()]
    assert events[-1]["data"]["response"] == "It is answered all the same."
    outputs: dict[str, dict[str, Any]] = {
        event["data"]["tool_name"]: event["data"]["tool_output"]
        for event in events
        if event["type"] == "ToolCallResult"
    }
    for tool, words in WORKS.items():
        output = outputs[f"wicked__{tool}"]
        assert not output["is_error"], (tool, output["content"][:300])
        assert words in output["content"]
        assert len(output["content"]) < MAX_RESULT_CHARS + 1_000
    for tool, words in FAILS.items():
        assert outputs[f"wicked__{tool}"]["is_error"], tool
        assert words in outputs[f"wicked__{tool}"]["content"]
    assert not outputs["search_documents"]["is_error"]

    assert "$ref" not in json.dumps(schemas["wicked__tree"]["parameters"])
    assert schemas["search_documents"]["description"] != schemas["wicked__search_documents"]["description"]
    for schema in schemas.values():
        assert not {"\u200b", "\u202e", "\U000e0041"} & set(schema["description"])
