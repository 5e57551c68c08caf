"""What is done with answers: pinned to the brief, compared with each other, searched, their sources read in a pager."""

import os
from pathlib import Path

import pytest
from tests.support.desk import Folder, Shelf, Workflows
from tests.support.desk_app import AppDriver, running_app

from bookwheel.engine.events.run_events import Citation
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.errors import ModelUnreachableError, UsageError
from bookwheel.tui.editor import pager_command, show_copy
from bookwheel.tui.screens.answer_changes import Answer, AnswerChangesScreen
from bookwheel.tui.screens.brief import BriefScreen

TWO = ["Windows are cheaper [1]. Attention costs more [2].", "Windows are far cheaper [1]. Nobody measured it."]


async def _answered(desk: AppDriver, question: str, answer: str) -> None:
    await desk.ask(question)
    await desk.until_sees(answer)
    await desk.until(lambda: desk.app.desk.status.phase == "idle")


def _words_at(start: int) -> Citation:
    return Citation(
        number=1, node_id="n", path="/papers/n1.md", page=None, start_char_idx=start, end_char_idx=start + 3, text="abc"
    )


async def test_pins_are_ordered_written_and_there_after_a_restart(tmp_path: Path) -> None:
    brief = tmp_path / "brief.md"
    async with running_app(tmp_path, Workflows(llm=MockLLM(TWO))) as desk:
        await _answered(desk, "What is cheaper?", "costs more [2].")
        await desk.press("escape", "p")
        await desk.until_sees("Pinned: 1 in the brief")
        await desk.press("p")
        await desk.until_sees("This is pinned already")
        await desk.press("right_square_bracket", "right_square_bracket", "p")
        await desk.until_sees("Pinned: 2 in the brief")
        await desk.press("b")
        await desk.until(lambda: isinstance(desk.app.screen, BriefScreen))
        await desk.until_sees("2 pins")
        await desk.press("J")
        first, second = (pin.text for pin in desk.assistant.sessions.current.pins)
        assert first == "Attention costs more [2]."
        assert second == TWO[0]
        await desk.press("E", "ctrl+u")
        await desk.type(str(brief))
        await desk.press("enter")
        await desk.until_sees("Wrote the brief")
    text = brief.read_text()
    assert "## What is cheaper?" in text
    assert "> Attention costs more [1]." in text
    assert "> Windows are cheaper [2]. Attention costs more [1]." in text
    assert "1. /papers/n2.md" in text
    async with running_app(tmp_path, resume_last=True, library=Folder("/papers/n2.md")) as desk:
        await desk.until_sees("Windows are cheaper [1].")
        await desk.press("escape", "b")
        await desk.until_sees("2 pins")
        assert desk.sees("[1] n1.md no longer found   [2] n2.md")
        await desk.press("d")
        await desk.until_sees("1 pin")
        assert [pin.text for pin in desk.assistant.sessions.current.pins] == [TWO[0]]


async def test_two_answers_to_one_question_are_compared_word_by_word(tmp_path: Path) -> None:
    async with running_app(tmp_path, Workflows(llm=MockLLM(TWO))) as desk:
        await _answered(desk, "What is cheaper?", "costs more [2].")
        await desk.press("escape", "d")
        await desk.until_sees("one answer to this question")
        await desk.press("r")
        await desk.until_sees("Nobody measured it.")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, AnswerChangesScreen))
        await desk.until_sees("{+far+}")
        assert desk.sees("[-Attention costs more [2].-]")
        assert desk.sees("no longer cited: n2.md")
        assert desk.sees("cited by both: n1.md")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)
        before, after = (Answer("It turns.", "m", (_words_at(at),)) for at in (0, 9))
        desk.app.push_screen(AnswerChangesScreen("Does it?", before, after))
        await desk.until_sees("other words cited: n1.md")
        assert not desk.sees("cited only now")


async def test_a_question_that_failed_early_is_the_one_asked_again(tmp_path: Path) -> None:
    llm = MockLLM([TWO[0], MockReply(error=ModelUnreachableError("The line is down.")), "It costs nothing."])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await _answered(desk, "What is cheaper?", "costs more [2].")
        await desk.ask("What does attention cost?")
        await desk.until_sees("The line is down.")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        await desk.press("escape", "r")
        await desk.until_sees("It costs nothing.")
        questions = [
            record.data["user_msg"]
            for record in await desk.assistant.sessions.current.records()
            if record.type == "RunStarted"
        ]
        assert questions[1:] == ["What does attention cost?"] * 2


async def test_a_question_asked_from_further_up_is_the_one_that_is_read_and_asked_again(tmp_path: Path) -> None:
    """The page stayed at the top, and `r` asked the first question again, whose block had the cursor."""
    long = "\n\n".join(f"Line {number} [1]." for number in range(40))
    llm = MockLLM([long, "It costs nothing.", "Nothing at all."])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await _answered(desk, "What is cheaper?", "Line 39")
        await desk.press("escape", "g")
        await desk.until_sees("Line 0")
        await desk.press("i")
        await _answered(desk, "What does attention cost?", "It costs nothing.")
        assert desk.app.desk.conversation.questions == (2, 2)
        await desk.press("escape", "r")
        await desk.until_sees("Nothing at all.")
        asked = [r.data["user_msg"] for r in await desk.assistant.sessions.current.records() if r.type == "RunStarted"]
        assert asked[1:] == ["What does attention cost?"] * 2


async def test_a_search_says_which_hit_is_shown_and_escape_takes_its_marks_away(tmp_path: Path) -> None:
    llm = MockLLM(["One wheel.\n\nTwo wheels.\n\nNothing.\n\nA wheel again."])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await _answered(desk, "What turns?", "A wheel again.")
        await desk.press("escape", "g", "slash")
        await desk.type("wheel")
        await desk.press("enter")
        await desk.until_sees("hit 1 of 3")
        await desk.press("n")
        await desk.until_sees("hit 2 of 3")
        await desk.press("N", "N")
        await desk.until_sees("hit 3 of 3")
        await desk.press("escape")
        await desk.until(lambda: not desk.sees("hit 3 of 3"))
        assert not desk.app.desk.conversation.is_searching


async def test_a_search_in_a_document_says_which_hit_is_shown(tmp_path: Path) -> None:
    library = Folder("/papers/n1.md")
    async with running_app(tmp_path, Workflows(shelf=Shelf("Sliding windows.")), library=library) as desk:
        await _answered(desk, "What is cheaper?", "cheaper [1].")
        await desk.press("escape", "1")
        await desk.until_sees("text of /papers/n1.md")
        await desk.press("slash")
        await desk.type("te")
        await desk.press("enter")
        await desk.until_sees("1 of 1")
        await desk.press("escape")
        await desk.until(lambda: not desk.sees("1 of 1: n"))
        assert desk.app.screen is not desk.app.desk
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)


def test_the_pager_gets_cleaned_text_at_its_line_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pager, seen = tmp_path / "less", tmp_path / "seen"
    pager.write_text(f'#!/bin/sh\n{{ echo "$1"; env; stat -c %a "$2"; cat "$2"; }} >{seen}\n')
    pager.chmod(0o700)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    show_copy([str(pager)], "notes\x1b.md", "one\ntwo", 2)
    text = seen.read_text()
    assert text.startswith("+2\n")
    assert "sk-very-secret" not in text
    assert text.endswith("400\none\ntwo")


def test_the_pager_is_pager_then_the_editor_then_less() -> None:
    assert pager_command({"PAGER": "less -S", "EDITOR": "vim"}) == ["less", "-S"]
    assert pager_command({"EDITOR": "vim -n"}) == ["vim", "-n"]
    assert pager_command({}) == ["less"]
    with pytest.raises(UsageError):
        pager_command({"PAGER": "'"})
    assert os.environ  # the environment itself is not read
