"""`bookwheel ask --continue` and `--session`: a question goes on in a saved session."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION, events, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say


async def the_session() -> str:
    listed = await bookwheel("sessions", "list", "--json")
    [session] = [json.loads(line) for line in listed.lines]
    return session["id"]


@pytest.mark.parametrize("by", ["--continue", "--session", "before the command"])
async def test_a_follow_up_goes_on_in_the_session_with_its_history_and_documents(notes: Path, by: str) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [say("Nine revolutions [1]."), say("the mill wheel"), say("Since 1588 [1].")]
        assert (await bookwheel("ask", QUESTION, str(notes))).code == 0
        session = await the_session()
        asked = {
            "--continue": ["ask", "--continue"],
            "--session": ["ask", "--session", session[:-2]],
            "before the command": ["--session", session, "ask"],
        }[by]
        ended = await bookwheel(*asked, "And since when?", cwd=notes)
        assert (ended.code, ended.err) == (0, "")
        assert "Nine revolutions" in json.dumps(server.chats[-1].json["messages"])
    assert await the_session() == session
    shown = await bookwheel("sessions", "show", session)
    assert "And since when?" in shown.out
    assert shown.out.index(QUESTION) < shown.out.index("And since when?")


async def test_the_event_log_of_a_follow_up_counts_on(notes: Path) -> None:
    first = await bookwheel("ask", "--json", QUESTION, str(notes))
    second = await bookwheel("ask", "--json", "--continue", "When was it rebuilt?")
    last = events(first)[-1]["seq"]
    assert [event["seq"] for event in events(second)] == [last + 1 + place for place in range(len(second.lines))]
    assert {event["run"] for event in events(second)} == {"r2"}
    exported = await bookwheel("sessions", "export", "last", "--format", "json")
    assert exported.out == first.out + second.out


async def test_without_a_session_to_continue_it_says_so(notes: Path) -> None:
    ended = await bookwheel("ask", "--continue", QUESTION, str(notes))
    assert (ended.code, "no session" in ended.err) == (1, True)
    unknown = await bookwheel("ask", "--session", "nope", QUESTION, str(notes))
    assert (unknown.code, "'nope'" in unknown.err) == (1, True)
