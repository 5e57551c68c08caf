"""The desk, driven by keys: asking, reading, folding, answering the agent."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows, words
from tests.support.desk_app import AppDriver, Clock, leave, running_app
from textual import events
from textual.notifications import Notification, Notify

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.errors import BookwheelError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.screens.help import HelpScreen
from bookwheel.tui.screens.page import PageScreen
from bookwheel.tui.screens.pick import ChoiceList, PickScreen
from bookwheel.tui.screens.session_list import SessionsScreen
from bookwheel.tui.widgets.approval_bar import BURST_S
from bookwheel.tui.widgets.event_log import EventLog
from bookwheel.tui.widgets.library_list import LibraryList

SIZES = [(140, 42), (80, 24), (60, 20)]


@pytest.mark.parametrize("size", SIZES)
async def test_question_is_answered_with_its_sources(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running_app(tmp_path, size=size) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("Sliding windows are cheaper [1].")
        await desk.until_sees("[1] n1.md")
        assert desk.app.desk.prompt.text == ""


@pytest.mark.parametrize("size", SIZES)
async def test_panes_fold_away_and_come_back_by_key(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running_app(tmp_path, size=size) as desk:
        is_wide = size[0] >= 120
        assert desk.app.desk.library.is_on_screen is is_wide
        await desk.press("escape", "l")
        assert desk.app.focused is desk.app.desk.library
        await desk.until(lambda: desk.app.desk.library.is_on_screen)
        await desk.until_sees("n1.md")
        await desk.press("t")
        assert desk.app.focused is desk.app.desk.event_log
        await desk.until(lambda: desk.app.desk.event_log.is_on_screen)
        await desk.press("t")
        await desk.until(lambda: not desk.app.desk.event_log.is_on_screen)
        assert desk.app.focused is desk.app.desk.page


async def test_narrow_desk_gives_twenty_rows_to_the_page(tmp_path: Path) -> None:
    async with running_app(tmp_path, size=(80, 24)) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("[1] n1.md")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        assert desk.app.desk.conversation.size.height >= 20


async def test_letters_go_to_the_prompt_until_escape(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.type("lt m")
        assert desk.app.desk.prompt.text == "lt m"
        assert desk.sees(" ASK ")
        await desk.press("escape")
        await desk.until_sees(" READ ")
        await desk.press("i")
        assert desk.app.focused is desk.app.desk.prompt


async def test_a_flood_of_keys_does_not_block_the_event_loop(tmp_path: Path) -> None:
    """Signals, runs and frames have their turn between the keys; Textual works through those without a pause."""
    async with running_app(tmp_path) as desk:
        for _ in range(500):
            desk.app.post_message(events.Key("a", "a"))
        turns = 0
        while len(desk.app.desk.prompt.text) < 500:
            await asyncio.sleep(0)
            turns += 1
        assert turns > 250


async def test_the_time_of_a_remark_begins_when_the_app_comes_to_it(tmp_path: Path) -> None:
    """On a stalled machine a remark was over before it was drawn, and never seen."""
    async with running_app(tmp_path) as desk:
        remark = Notification("Copied the answer", timeout=3_600, raised_at=time.time() - 7_200)
        desk.app.post_message(Notify(remark))
        await desk.until_sees("Copied the answer")


async def test_a_question_typed_before_the_first_frame_is_asked(tmp_path: Path) -> None:
    """A terminal that still edits lines itself turns the Enter of it into a newline."""
    assistant = Assistant(
        workflows=Workflows(), library=Folder("/papers/n1.md"), sessions=SessionStore(tmp_path / "sessions")
    )
    app = await asyncio.to_thread(lambda: BookwheelApp(assistant, roots=[tmp_path]))
    for key, character in (("w", "w"), ("h", "h"), ("y", "y"), ("ctrl+j", "\n")):
        await app.on_event(events.Key(key, character))
    async with app.run_test(size=(100, 30)) as pilot:
        desk = AppDriver(app, pilot, assistant, Clock())
        await desk.until_sees("▌ why")
        await desk.until_sees("Sliding windows are cheaper [1].")
        await leave(app)
    await app.close_assistant()


@pytest.mark.fault("P3")
async def test_ctrl_c_stops_the_run_and_keeps_the_partial_answer(tmp_path: Path) -> None:
    llm = MockLLM([MockReply(text=words(2_000), delay_s=0.02)])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await desk.ask("Tell me all of it")
        await desk.until_sees("word3")
        await desk.press("ctrl+c")
        await desk.until_sees("■ Stopped by you")
        await desk.until_sees("Esc r ask again")
        assert desk.sees("word3")
        assert llm.streams_open == 0


@pytest.mark.fault("P3")
async def test_ctrl_c_clears_the_prompt_and_twice_within_a_second_quits(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.type("half")
        await desk.press("ctrl+c")
        assert desk.app.desk.prompt.text == ""
        await desk.press("up")
        assert desk.app.desk.prompt.text == "half"
        await desk.press("ctrl+c")
        desk.clock.now += 0.5
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: not desk.app.is_running)
        assert desk.app.return_code == 0


async def test_question_asked_while_one_runs_waits_and_can_be_taken_back(tmp_path: Path) -> None:
    llm = MockLLM([MockReply(text=words(2_000), delay_s=0.02)])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await desk.ask("first")
        await desk.until_sees("word3")
        await desk.ask("and the second?")
        await desk.until_sees("next: and the second?")
        await desk.press("escape", "x")
        await desk.until(lambda: desk.app.desk.prompt.text == "and the second?")
        await desk.until(lambda: not desk.sees("next:"))


async def test_source_opens_its_document_by_its_number(tmp_path: Path) -> None:
    async with running_app(tmp_path, library=Folder("/papers/n1.md")) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("[1] n1.md")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        await desk.press("escape", "1")
        await desk.until(lambda: isinstance(desk.app.screen, PageScreen))
        await desk.until_sees("text of /papers/n1.md")
        await desk.press("q")
        await desk.until(lambda: desk.app.screen is desk.app.desk)


async def test_source_of_a_deleted_document_opens_the_cited_words(tmp_path: Path) -> None:
    library = Folder("/papers/n1.md")
    async with running_app(tmp_path, library=library) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("[1] n1.md")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        library.states.clear()
        await desk.press("escape", "1")
        await desk.until(lambda: isinstance(desk.app.screen, PageScreen))
        await desk.until_sees("Only the cited words can be shown: /papers/n1.md is not in the index.")
        await desk.until_sees("▌Sliding windows cost O(n w).")
        await desk.press("1")
        await desk.until_sees("Only the cited words")


async def test_an_export_replaces_no_file_without_asking(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.md"
    thesis.write_text("Years of work.")
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
        for answer in ("n", "y"):
            await desk.press("escape", "E", "ctrl+u")
            await desk.type(str(thesis))
            await desk.press("enter")
            await desk.until_sees("Replace thesis.md?")
            assert thesis.read_text() == "Years of work."
            await desk.press(answer)
        await desk.until_sees("Wrote the session to")
        await desk.press("escape", "E", "ctrl+u")
        await desk.type(str(thesis.with_suffix(".docx")))
        await desk.press("enter")
        await desk.until_sees("cannot be written as .docx")
        assert not thesis.with_suffix(".docx").exists()
        await desk.press("escape", "E", "ctrl+u")
        await desk.type(str(thesis.with_suffix(".ris")))
        await desk.press("enter")
        await desk.until(thesis.with_suffix(".ris").exists)
        assert thesis.read_text().startswith("# What is cheaper?")
        await desk.press("i")
        await desk.ask(f"/export md {thesis}")
        await desk.until_sees("is there already.")
        await desk.press("escape")
        await desk.until(lambda: not desk.sees("is there already."))


async def test_event_opens_its_arguments_and_results(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: any(row.type == "RunFinished" for row in desk.app.desk.event_log.items))
        await desk.press("escape", "t", "G", "enter")
        await desk.until_sees("status  completed")
        await desk.until_sees("response  Sliding windows are cheaper [1].")


async def test_folded_event_log_shows_all_its_rows_when_it_comes_back(tmp_path: Path) -> None:
    async with running_app(tmp_path, size=(80, 24)) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: any(row.type == "RunFinished" for row in desk.app.desk.event_log.items))
        await desk.press("escape", "t")
        await desk.until_sees("done")
        assert desk.sees("query · mock"), "the first row too, not only the last that was followed while hidden"


async def test_sessions_are_searched_opened_and_deleted_after_a_question(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
        await desk.press("ctrl+n")
        await desk.until(lambda: desk.app.desk.has_class("-empty"))
        await desk.press("ctrl+r")
        await desk.until(lambda: isinstance(desk.app.screen, SessionsScreen))
        await desk.until_sees("What is cheaper?")
        await desk.type("windows are")
        await desk.until_sees("Sliding windows are cheaper")
        await desk.press("enter")
        await desk.until_sees("▌ What is cheaper?")
        await desk.press("ctrl+r")
        await desk.until_sees("What is cheaper?")
        await desk.until_sees("Tab list/search")
        await desk.type("zzz")
        await desk.until_sees("no title or text matches what is typed above")
        await desk.press("ctrl+u")
        await desk.until_sees("What is cheaper?")
        assert not desk.sees("d delete")
        await desk.press("tab")
        await desk.until_sees("d delete")
        await desk.press("r", "ctrl+u")
        await desk.type("Windows")
        await desk.press("enter")
        await desk.until_sees("\n Windows ")
        await desk.press("d")
        await desk.until_sees("no sessions here")
        assert await desk.assistant.sessions.list() == []
        await desk.until_sees("u brings it back")
        await desk.press("u")
        await desk.until_sees("\n Windows ")
        await desk.press("f")
        await desk.until(lambda: desk.screen_text().count("\n Windows ") == 2)


async def test_deleting_a_session_keeps_the_search(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        for question in ("first apples", "second apples", "third pears"):
            await desk.ask(question)
            await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
            await desk.press("ctrl+n")
            await desk.until(lambda: desk.app.desk.has_class("-empty"))
        await desk.press("ctrl+r")
        await desk.until_sees("third pears")
        await desk.type("apples")
        await desk.until(lambda: not desk.sees("third pears"))
        await desk.press("tab", "down", "d")
        screen = desk.app.screen
        assert isinstance(screen, SessionsScreen)
        await desk.until(lambda: [session.title for session in screen.sessions.items] == ["second apples"])


async def test_a_new_session_offers_the_one_just_left_and_counts_from_nothing(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.app.desk.status.completion_tokens)
        await desk.press("ctrl+n")
        await desk.until_sees("1  What is cheaper?")
        await desk.until(lambda: not desk.app.desk.status.completion_tokens)
        await desk.press("escape", "1")
        await desk.until_sees("Sliding windows are cheaper [1].")


async def test_a_remark_replaces_the_one_before_and_problems_stay(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        desk.app.desk.parts.complain(BookwheelError("the disk is full"))
        desk.app.desk.parts.complain(BookwheelError("the disk is full"))
        desk.app.desk.parts.say("first remark")
        await desk.until_sees("first remark")
        desk.app.desk.parts.say("second remark")
        await desk.until_sees("second remark")
        await desk.until(lambda: not desk.sees("first remark"))
        assert desk.screen_text().count("the disk is full") == 1


async def test_start_page_opens_a_recent_session_by_its_digit(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
    async with running_app(tmp_path) as desk:
        await desk.until_sees("1  What is cheaper?")
        await desk.press("escape", "1")
        await desk.until_sees("Sliding windows are cheaper [1].")


async def test_last_session_is_resumed(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
    async with running_app(tmp_path, resume_last=True) as desk:
        await desk.until_sees("Sliding windows are cheaper [1].")
        await desk.press("up")
        assert desk.app.desk.prompt.text == "What is cheaper?"


async def test_palette_finds_an_action_and_does_it(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("ctrl+p")
        await desk.until(lambda: isinstance(desk.app.screen, PickScreen))
        assert desk.sees("Often used")
        choices = desk.app.screen.query_one(ChoiceList)
        await desk.press("up", "pageup")
        assert choices.current is not None
        assert choices.current.value == "app.new_session", "the cursor passes over headings"
        await desk.type("source chosen")
        await desk.until_sees("conversation: The pictures")
        assert not desk.sees("Often used")
        await desk.press("ctrl+u")
        await desk.until_sees("Often used")
        assert choices.current.value == "app.new_session"
        await desk.type("agent query")
        await desk.until_sees("Ctrl+T")
        await desk.press("enter")
        await desk.until(lambda: desk.app.desk.status.mode == "agent")


async def test_help_shows_the_keys_of_the_pane_and_is_searchable(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("escape", "l", "question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        assert "The library" in desk.lines()[2]
        await desk.type("event log")
        await desk.until_sees("desk.trace")
        assert not desk.sees("library.add")


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
async def test_help_says_all_about_a_key_at_any_width(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running_app(tmp_path, size=size) as desk:
        await desk.press("f1")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        await desk.type("sentence that its sources")
        await desk.until_sees("conversation" if size[0] > 90 else "sentence")
        assert "do not support, and why" in " ".join(
            " ".join(desk.lines()).replace("conversation.next_mark", "").split()
        )
        assert not desk.sees("…")


async def test_the_list_of_sessions_has_help(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("ctrl+r", "tab", "question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        assert desk.sees("The session list")


async def test_command_line_and_slash_commands_reach_the_assistant(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.type("/mode ")
        await desk.press("tab")
        await desk.until_sees("/mode agent")
        desk.app.desk.prompt.put("/mode agent")
        await desk.press("enter")
        await desk.until(lambda: desk.app.desk.status.mode == "agent")
        await desk.press("escape", "colon")
        await desk.type("mode query")
        await desk.press("enter")
        await desk.until(lambda: desk.app.desk.status.mode == "query")


async def test_a_session_is_written_to_a_mended_name_and_an_empty_one_asks_for_none(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("escape", "E")
        await desk.until_sees("This session has no question yet")
        await desk.press("i")
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.app.desk.conversation.lines)
        await desk.press("escape", "E")
        await desk.until_sees("write this session to")
        await desk.type(f"/{tmp_path}/talk.xyz")
        await desk.press("enter")
        await desk.until_sees("cannot be written as .xyz")
        await desk.press(*["backspace"] * 3, "m", "d", "enter")
        await desk.until(lambda: (tmp_path / "talk.md").exists())


@pytest.mark.parametrize("pane", ["", "l", "t"])
async def test_a_paste_into_a_pane_goes_into_the_prompt(tmp_path: Path, pane: str) -> None:
    """It was lost, and nothing said so."""
    async with running_app(tmp_path) as desk:
        await desk.press("escape", *pane)
        assert desk.app.focused is not None
        desk.app.focused.post_message(events.Paste("What is cheaper?\nAnd why?"))
        await desk.until(lambda: desk.app.desk.prompt.text == "What is cheaper?\nAnd why?")
        assert desk.app.focused is desk.app.desk.prompt


async def test_unknown_command_is_named_and_not_lost(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("/frobnicate now")
        await desk.until_sees("There is no command /frobnicate")
        assert desk.app.desk.prompt.text == "/frobnicate now"


async def test_missing_path_is_named_with_a_hint(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("escape", "l", "a")
        await desk.until_sees("add a file or folder")
        await desk.type("nowhere")
        await desk.press("enter")
        await desk.until_sees("Not found:")


async def test_a_path_pasted_behind_the_working_folder_is_added_and_one_not_found_can_be_mended(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.app.desk.conversation.lines)
        await desk.press("escape", "a")
        await desk.until_sees("add a file or folder")
        await desk.type(f"{other}s")
        await desk.press("enter")
        await desk.until_sees("Not found:")
        await desk.until_sees(f"{other}s")
        await desk.press("backspace", "enter")
        await desk.until(lambda: other in desk.assistant.documents.roots)


async def test_model_is_chosen_from_the_list(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("escape", "m")
        await desk.until(lambda: isinstance(desk.app.screen, PickScreen))
        await desk.type("oth")
        await desk.press("enter")
        await desk.until(lambda: desk.app.desk.status.model == "other")
        assert desk.sees("other")


async def test_tab_walks_the_panes(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("tab")
        assert isinstance(desk.app.focused, LibraryList)
        await desk.press("tab")
        assert desk.app.focused is desk.app.desk.start_page
        await desk.press("tab")
        assert isinstance(desk.app.focused, EventLog)
        await desk.press("tab")
        assert desk.app.focused is desk.app.desk.prompt
        await desk.press("shift+tab")
        assert isinstance(desk.app.focused, EventLog)


async def test_zoom_shows_one_pane_alone(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("escape", "t", "z")
        await desk.until(lambda: desk.app.desk.event_log.size.width > 100)
        assert not desk.app.desk.library.is_on_screen
        await desk.press("z")
        await desk.until(lambda: desk.app.desk.library.is_on_screen)


def approving(calls: list[str], *names: str) -> Workflows:
    """An agent that wants to fetch pages, each after a yes."""

    async def web_fetch(url: str) -> str:
        """Fetch a page."""
        calls.append(url)
        return f"page of {url}"

    wishes = [ToolSelection(name, "web_fetch", {"url": name}) for name in names]
    llm = MockLLM([MockReply(tool_calls=wishes), MockReply(text="Done.")])
    return Workflows(llm=llm, tools=[FunctionTool.from_defaults(web_fetch, requires_approval=True)])


async def waiting_for_approval(desk: AppDriver, count: int) -> None:
    await desk.ask("Fetch it")
    await desk.until(lambda: len(desk.app.desk.status.waiting_requests) == count)
    await desk.until_sees("Esc, then choose")


async def test_agent_is_answered_in_place_in_the_order_of_asking(tmp_path: Path) -> None:
    calls: list[str] = []
    async with running_app(tmp_path, approving(calls, "a.org", "b.org"), mode="agent") as desk:
        await waiting_for_approval(desk, 2)
        assert desk.sees("1 of 2")
        await desk.type("ad")
        assert desk.app.desk.prompt.text == "ad", "letters belong to the prompt until Esc"
        await desk.press("escape", "a")
        await desk.until(lambda: calls == ["a.org"])
        await desk.until_sees('url: "b.org"')
        await desk.press("d")
        await desk.until_sees("Done.")
        assert calls == ["a.org"]
        assert not desk.app.desk.approval.display


async def test_an_arrow_only_marks_a_choice_and_escape_takes_it_back(tmp_path: Path) -> None:
    calls: list[str] = []
    async with running_app(tmp_path, approving(calls, "a.org"), mode="agent") as desk:
        await waiting_for_approval(desk, 1)
        await desk.press("escape", "right")
        await desk.until_sees("Enter sends")
        await desk.press("escape")
        await desk.until(lambda: desk.app.desk.approval.chosen is None)
        await desk.press("enter")
        await desk.pilot.pause()
        assert calls == []
        assert desk.app.desk.approval.display


@pytest.mark.fault("A7")
async def test_terminal_report_or_paste_answers_no_question(tmp_path: Path) -> None:
    """A report's tail arrives as keys within a few milliseconds; an approval must not hear them."""
    calls: list[str] = []
    async with running_app(tmp_path, approving(calls, "a.org"), mode="agent") as desk:
        await waiting_for_approval(desk, 1)
        await desk.press("escape")
        desk.clock.now += 5
        for key in ("a", "enter"):
            desk.app.post_message(events.Key(key, None))
        await asyncio.sleep(2 * BURST_S)  # a lone letter would have been sent by now
        assert desk.app.desk.approval.chosen is None
        await desk.press("enter")
        await desk.pilot.pause()
        assert calls == []


async def test_question_that_has_just_appeared_takes_no_key(tmp_path: Path) -> None:
    calls: list[str] = []
    async with running_app(tmp_path, approving(calls, "a.org"), mode="agent") as desk:
        await desk.ask("Fetch it")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.desk.approval.current is not None)
        desk.clock.now += 0.3
        await desk.pilot.press("a")
        assert desk.app.desk.approval.chosen is None
        desk.clock.now += 0.3
        await desk.pilot.press("a")
        await desk.until(lambda: calls == ["a.org"])


async def test_refusal_with_a_reason_reaches_the_model(tmp_path: Path) -> None:
    calls: list[str] = []
    workflows = approving(calls, "a.org")
    async with running_app(tmp_path, workflows, mode="agent") as desk:
        await waiting_for_approval(desk, 1)
        await desk.press("escape", "D")
        await desk.type("too far")
        await desk.until_sees("Enter refuses, with this line   Esc back")
        await desk.press("enter")
        await desk.until_sees("Done.")
        assert calls == []
        llm = workflows.llm
        assert isinstance(llm, MockLLM)
        assert "too far" in str([message.content for message in llm.calls[-1].messages])


async def test_idle_desk_asks_for_no_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No timer runs when nothing happens: nothing is sent over the wire."""
    async with running_app(tmp_path) as desk:
        await desk.pilot.pause()
        drawn: list[object] = []
        monkeypatch.setattr(desk.app, "_display", lambda screen, renderable: drawn.append(renderable))
        await asyncio.sleep(0.3)
        assert drawn == []


class Stepped(MockLLM):
    """Gives each piece of its answer when `may_go` on is released."""

    def __init__(self, text: str) -> None:
        super().__init__([text])
        self.may_go = asyncio.Semaphore(0)

    async def _pieces(self, reply: MockReply) -> AsyncGenerator[ChatDelta, None]:
        async for piece in super()._pieces(reply):
            await self.may_go.acquire()
            yield piece


async def test_a_page_moves_seldom_while_an_answer_grows_and_is_full_at_its_end(tmp_path: Path) -> None:
    llm = Stepped("\n\n".join(f"Paragraph {number}." for number in range(60)))
    async with running_app(tmp_path, Workflows(llm=llm), size=(80, 24)) as desk:
        await desk.ask("Write")
        page, moved = desk.app.desk.conversation, False
        llm.may_go.release()
        for number in range(40):
            llm.may_go.release()
            await desk.until_sees(f"Paragraph {number}.")
            moved = moved or (not desk.sees("Paragraph 0.") and len(page.lines) < page.size.height)
        assert moved, "room was left below the answer"
        for _ in range(60):
            llm.may_go.release()
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("60 sentences checked"))
        assert len(page.lines) == page.size.height


async def test_a_letter_that_no_pane_binds_says_so_in_the_status_line(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("Q")
        assert not desk.sees("has no effect here"), "in the prompt it is a letter"
        await desk.press("escape", "Q")
        await desk.until_sees("Q has no effect here")
        await desk.press("l")
        assert desk.app.focused is desk.app.desk.library
        await desk.until(lambda: not desk.sees("has no effect here"))


async def test_a_denial_shows_its_reason_and_is_not_a_failure(tmp_path: Path) -> None:
    workflows = approving([], "a.org")
    async with running_app(tmp_path, workflows, mode="agent") as desk:
        await waiting_for_approval(desk, 1)
        await desk.until_sees("asked by Agent")
        await desk.press("escape", "D")
        await desk.type("not today")
        await desk.press("enter")
        await desk.until_sees("Done.")
        assert desk.sees("you: deny: not today")
        assert desk.sees("not allowed")
        assert not desk.sees("✗")
        assert isinstance(workflows.llm, MockLLM)
        told = str(workflows.llm.calls[-1].messages[-1].content)
        assert "not today" in told


async def test_nothing_is_said_of_documents_before_they_are_looked_at(tmp_path: Path) -> None:
    """While the list is read, neither page nor library says that there are none."""
    assistant = Assistant(
        workflows=Workflows(), library=Folder("/papers/n1.md"), sessions=SessionStore(tmp_path / "sessions")
    )
    app = await asyncio.to_thread(lambda: BookwheelApp(assistant, roots=[tmp_path]))
    async with app.run_test(size=(140, 42)) as pilot:
        desk = AppDriver(app, pilot, assistant, Clock())
        assert not desk.sees("No documents yet")
        assert not desk.sees("no documents")
        assert not desk.sees("no model")
        await desk.until_sees("1 document in")
        await leave(app)
    await app.close_assistant()


async def test_the_start_page_offers_no_session_where_there_is_none(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("escape")
        await desk.until_sees("READ")
        assert not desk.sees("go on")
        await desk.press("enter")
        assert desk.app.focused is desk.app.desk.prompt, "Enter on the empty page leads to the prompt"
