"""The desk as lines of text: words, turns and requests, with pipes in place of a terminal."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

from tests.engine.research.conftest import model_at
from tests.support.desk import Folder, MockLLM, MockReply, Workflows, passage
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import error, say

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.slash_commands.standard_commands import standard_commands
from bookwheel.engine.llms.chat import ChatDelta, ChatRequest
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.headless.outlet import Outlet
from bookwheel.headless.plain.plain_desk import PlainDesk, PlainOpening
from bookwheel.headless.plain.plain_requests import answer_to
from bookwheel.headless.plain.plain_words import Meant, PlainWords, Word
from bookwheel.headless.plain.reading_words import AROUND, text_around
from bookwheel.sessions.session_store import SessionStore

LIMIT_S = 30


class Talk:
    """A plain desk that is typed to through a pipe."""

    def __init__(self, pipe: int, out: StringIO) -> None:
        self._pipe = pipe
        self._out = out

    @property
    def text(self) -> str:
        return self._out.getvalue()

    def type(self, line: str) -> None:
        os.write(self._pipe, f"{line}\n".encode())

    async def says(self, *texts: str) -> None:
        while not all(text in self.text for text in texts):
            await asyncio.sleep(0.01)


@asynccontextmanager
async def talking(
    folder: Path, workflows: Workflows | None = None, *, mode: str = "query", is_terminal: bool = False
) -> AsyncGenerator[Talk]:
    """A desk that is closed by the end of its input; it must have ended well."""
    assistant = Assistant(
        workflows=workflows or Workflows(),
        library=Folder("/papers/n1.md", "/papers/n2.md"),
        sessions=SessionStore(folder / "sessions"),
        mode=mode,
    )
    out, (read, write) = StringIO(), os.pipe()
    plain = PlainDesk(assistant, Outlet(out, out), is_terminal=is_terminal, shown_path=lambda path: Path(path).name)
    async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(plain.run(read, PlainOpening(roots=[folder])))
        try:
            yield Talk(write, out)
        finally:
            os.close(write)
    os.close(read)
    assert running.result() == 0


async def said(folder: Path, lines: Sequence[str], workflows: Workflows | None = None, *, mode: str = "query") -> str:
    """All that a desk says when these lines are its whole input."""
    async with talking(folder, workflows, mode=mode) as talk:
        for line in lines:
            talk.type(line)
    return talk.text


async def test_a_file_of_questions_is_answered_in_its_order_with_labels(tmp_path: Path) -> None:
    text = await said(tmp_path, ["What is cheaper?", "1", "And why?"])
    labels = ("You:", "Answer:", "Sources:", "Source 1", "End: completed")
    turns = [line for line in text.splitlines() if line.startswith(labels)]
    answer = ["Answer: Sliding windows are cheaper [1].", "Sources:", "End: completed"]
    assert [turn.partition(",")[0] for turn in turns] == [
        "You: What is cheaper?", *answer, "Source 1: n1.md", "You: And why?", *answer,
    ]  # fmt: skip
    assert "\x1b" not in text
    assert "\r" not in text


def test_the_text_around_a_source_begins_and_ends_with_whole_words() -> None:
    """It ended in the middle of a word, as if the document did."""
    words, cited = " ".join(f"wheel{number:04}" for number in range(100)), "Windows are cheaper."
    text = f"{words} {cited} {words}"
    before, after = text_around(text, len(words) + 1, len(words) + 1 + len(cited))
    assert (before[:11], before[-9:]) == ("… wheel0061", "wheel0099")
    assert (after[:9], after[-11:]) == ("wheel0000", "wheel0038 …")
    assert text_around(cited, 0, len(cited)) == ("", "")
    assert text_around("車" * 2_000, 1_000, 1_001) == (f"… {'車' * AROUND}", f"{'車' * AROUND} …")


async def test_each_word_answers(tmp_path: Path) -> None:
    lines = [
        "What is cheaper?", "sources", "check", "history", "/find windows", "library", "events", "status", "pin", "p",
        "brief", "tree", "model", "mode", "web", "s", "next", "more", "/read n1.md", "sessions", "help", "/ask quit",
        "retry", "/edit What is dearer?", "tree", "fork 1", "new", "quit", "never asked",
    ]  # fmt: skip
    text = await said(tmp_path, lines)
    for expected in (
        "[1] n1.md", "1 line with windows", "Documents: 2 of 2 can be searched", "retrieve: ",
        "Session: What is cheaper?", "Pinned: 1 in the brief.", "This is pinned already.", "## Sources",
        "1. What is cheaper?", "Model: ", "Mode: query", "Web search: ask", "Searching only: all documents", "Source 1",
        "Document: n1.md", "1. What is cheaper?, 20", "help [WORD]: ", "You: quit", "You: What is dearer?",
        "level 2: What is dearer?", "Your next question goes on from there.", "A new session.",
    ):  # fmt: skip
        assert expected in text, expected
    assert "never asked" not in text


async def test_wrong_words_say_what_to_type(tmp_path: Path) -> None:
    text = await said(tmp_path, ["/nope", "/read", "/read nothing.md", "open 3", "fork 9", "retry", "stop"])
    assert "Error: There is no command /nope." in text
    assert "Error: /read needs NAME." in text
    assert "No document is called 'nothing.md'. library lists the documents." in text
    assert "Error: The last answer has no sources." in text
    assert "There is no question 9. tree shows them" in text
    assert "This session has no question yet." in text
    assert "No answer is being written." in text


def call(name: str) -> MockReply:
    return MockReply(tool_calls=(ToolSelection(tool_id="t1", tool_name=name, tool_kwargs={"to": "mill\u200b"}),))


def guarded(calls: list[str]) -> Workflows:
    def send(to: str) -> str:
        """Send it."""
        calls.append(to)
        return "sent"

    tool = FunctionTool.from_defaults(send, requires_approval=True)
    return Workflows(llm=MockLLM([call("send"), "Done."]), tools=[tool])


async def test_a_tool_runs_only_after_its_approval_by_word(tmp_path: Path) -> None:
    calls: list[str] = []
    async with talking(tmp_path, guarded(calls), mode="agent") as talk:
        talk.type("Send it")
        await talk.says("Approval 1 of 1", 'send  to: "mill<U+200B>"', "Type one of: yes, session, no")
        assert not calls
        talk.type("yes")
        await talk.says("Answer: Done.")
    assert calls == ["mill\u200b"]
    assert 'Tool: send (to: "mill<U+200B>"): done' in talk.text


async def test_a_refusal_takes_its_reason_and_is_not_a_failure(tmp_path: Path) -> None:
    calls: list[str] = []
    workflows = guarded(calls)
    async with talking(tmp_path, workflows, mode="agent") as talk:
        talk.type("Send it")
        await talk.says("Approval 1 of 1")
        talk.type("no because it is too early")
        await talk.says("not allowed", "End: ")
    assert not calls


async def test_the_end_of_the_input_refuses_what_is_open(tmp_path: Path) -> None:
    calls: list[str] = []
    text = await said(tmp_path, ["Send it"], guarded(calls), mode="agent")
    assert "Not answered: The input has ended." in text
    assert not calls


async def test_what_was_typed_before_a_request_does_not_approve_it(tmp_path: Path) -> None:
    calls: list[str] = []
    async with talking(tmp_path, guarded(calls), mode="agent", is_terminal=True) as talk:
        talk.type("Send it")
        talk.type("yes")
        await talk.says("Approval 1 of 1")
        talk.type("maybe")
        await talk.says("Not an answer: maybe.")
        assert not calls
        talk.type("no")
        await talk.says("not allowed", "Your answer: ")


class Endless(MockLLM):
    """Writes a word and then waits for ever."""

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        yield ChatDelta(delta="Sliding ")
        await asyncio.Event().wait()


async def test_stop_keeps_what_has_come_and_drops_what_was_typed_ahead(tmp_path: Path) -> None:
    async with talking(tmp_path, Workflows(llm=Endless()), is_terminal=True) as talk:
        talk.type("What is cheaper?")
        await talk.says("Answer: Sliding")
        talk.type("And why?")
        talk.type("stop")
        await talk.says("End: cancelled", " s.\n\nYou: ")
    assert "And why?" not in talk.text


async def test_hostile_text_comes_out_as_letters(tmp_path: Path) -> None:
    workflows = Workflows(llm=MockLLM(["Wheels\x1b]0;gone\x07 \x1b[2J turn [1]."]))
    workflows.shelf.nodes = [passage("n1", "Wheels turn.")]
    text = await said(tmp_path, ["W\x1b[2Jheels?", "/read n\x1b[1.md", "history"], workflows)
    assert "\x1b" not in text


async def _nothing(_: str) -> str:
    return ""


def test_a_line_is_a_word_only_alone_or_with_a_number() -> None:
    words = [
        Word(name="open", key="1", argument="[N]", takes_number=True, help="", act=_nothing),
        Word(name="find", argument="TEXT", help="", act=_nothing),
        Word(name="retry", key="r", help="", act=_nothing),
    ]
    open_, find, retry = words
    plain = PlainWords(words, standard_commands())
    assert plain.meaning("open 2") == Meant(open_, "2")
    assert plain.meaning("12") == Meant(open_, "12")
    assert plain.meaning("open windows: are they cheaper?") == Meant()
    assert plain.meaning("find windows") == Meant()
    assert plain.meaning("/find windows") == Meant(find, "windows")
    assert plain.meaning(" r ") == Meant(retry)
    assert plain.meaning("/web on") == Meant(command="/web on")
    assert plain.meaning("/usr/share/doc is what?") == Meant()


def test_a_choice_is_made_by_word_key_or_beginning() -> None:
    choices = ("once", "session", "deny")
    for typed in ("yes", "y", "a", "once", "Yes"):
        assert answer_to(typed, choices) == ("once", "")
    assert answer_to("s", choices) == ("session", "")
    assert answer_to("D too dear", choices) == ("deny", "too dear")
    assert answer_to("A", choices) is None
    assert answer_to("nothing else?", choices) is None
    assert answer_to("start", ("start", "stop")) == ("start", "")
    assert answer_to("st", ("start", "stop")) is None
    assert answer_to("any text", ()) == ("any text", "")


async def test_an_empty_line_sends_a_refused_request_at_once(tmp_path: Path) -> None:
    async with OpenAIServer() as server, model_at(server) as llm:
        refused = error(429, "slow down", headers={"retry-after": "50"})
        server.replies += [refused, say("Cheaper [1]."), refused, say("Dearer [1].")]
        async with talking(tmp_path, Workflows(llm=llm), is_terminal=True) as talk:
            talk.type("now")
            await talk.says("No request is waiting to be sent again.")
            talk.type("What is cheaper?")
            await talk.says("asking again in 50.0 s")
            talk.type("")
            await talk.says("Answer: Cheaper [1].", "End: completed")
            talk.type("What is dearer?")
            while talk.text.count("asking again in") < 2:
                await asyncio.sleep(0.01)
            talk.type("now")
            await talk.says("Answer: Dearer [1].")
