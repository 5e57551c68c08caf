"""A session as a tree: questions edited into branches, and the keys that move between them."""

from pathlib import Path

from tests.support.desk import Workflows, words
from tests.support.desk_app import AppDriver, running_app

from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.tui.screens.pick import PickScreen


async def _answered(desk: AppDriver, question: str, answer: str) -> None:
    await desk.ask(question)
    await desk.until_sees(answer)
    await desk.until(lambda: desk.app.desk.status.phase == "idle")


def _workflows() -> Workflows:
    return Workflows(llm=MockLLM(["First answer.", "Second answer.", "Third answer.", "Fourth answer."]))


async def test_an_edited_question_is_asked_beside_the_old_one(tmp_path: Path) -> None:
    async with running_app(tmp_path, _workflows()) as desk:
        await _answered(desk, "What is cheap?", "First answer.")
        await _answered(desk, "What is dear in documents?", "Second answer.")
        await desk.press("escape", "left_curly_bracket", "e")
        assert desk.app.desk.prompt.text == "What is dear in documents?"
        await desk.until_sees("edited question")
        await desk.press("ctrl+c")
        await desk.until(lambda: not desk.sees("edited question"))
        assert desk.app.desk.prompt.text == ""
        await desk.press("escape", "e")
        await desk.until_sees("edited question")
        await desk.type(" Really")
        await desk.press("enter")
        await desk.until_sees("Third answer.")
        await desk.until_sees("branch 2 of 2")
        assert not desk.sees("Second answer.")
        assert desk.sees("First answer.")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        await desk.press("escape", "left_parenthesis")
        await desk.until_sees("Second answer.")
        assert desk.sees("branch 1 of 2")
        assert not desk.sees("Third answer.")


async def test_branches_are_there_again_after_a_restart(tmp_path: Path) -> None:
    async with running_app(tmp_path, _workflows()) as desk:
        await _answered(desk, "What is cheap?", "First answer.")
        await desk.press("escape", "e")
        await desk.type(" Really")
        await desk.press("enter")
        await desk.until_sees("Second answer.")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
    async with running_app(tmp_path, _workflows(), resume_last=True) as desk:
        await desk.until_sees("Second answer.")
        assert not desk.sees("First answer.")
        await desk.press("escape", "right_parenthesis")
        await desk.until_sees("First answer.")


async def test_the_next_question_follows_the_answer_that_was_forked(tmp_path: Path) -> None:
    llm = MockLLM(["First answer.", "Second answer.", "Third answer."])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await _answered(desk, "What is cheap?", "First answer.")
        await _answered(desk, "What is dear in documents?", "Second answer.")
        await desk.press("escape", "g", "f")
        await desk.until(lambda: not desk.sees("Second answer."))
        await desk.until_sees("begins a branch here")
        await _answered(desk, "What is neither of both?", "Third answer.")
        sent = "\n".join(str(message.content) for message in llm.calls[-1].messages)
        assert "First answer." in sent
        assert "Second answer." not in sent
        records = desk.assistant.sessions.current.all_blocks
        assert {block.run for block in records} == {"r1", "r2", "r3"}


async def test_the_tree_shows_every_question_and_opens_the_chosen_branch(tmp_path: Path) -> None:
    async with running_app(tmp_path, _workflows()) as desk:
        await _answered(desk, "What is cheap?", "First answer.")
        await _answered(desk, "What is dear in documents?", "Second answer.")
        await desk.press("escape", "left_curly_bracket", "e")
        await desk.type(" Really")
        await desk.press("enter")
        await desk.until_sees("Third answer.")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        await desk.press("escape", "B")
        await desk.until(lambda: isinstance(desk.app.screen, PickScreen))
        assert desk.sees("├─ What is dear in documents?")
        assert desk.sees("└─ What is dear in documents? Really")
        await desk.press("up", "enter")
        await desk.until_sees("Second answer.")


async def test_a_branch_is_refused_while_an_answer_is_written(tmp_path: Path) -> None:
    llm = MockLLM(["First answer.", MockReply(text=words(2_000), delay_s=0.02)])
    async with running_app(tmp_path, Workflows(llm=llm)) as desk:
        await _answered(desk, "What is cheap?", "First answer.")
        await desk.ask("What is dear in documents?")
        await desk.until_sees("word3")
        await desk.press("escape", "g", "f")
        await desk.until_sees("An answer is being written")
        assert desk.sees("word3")


async def test_leaving_an_edit_brings_back_what_was_typed_before_it(tmp_path: Path) -> None:
    async with running_app(tmp_path, _workflows()) as desk:
        await _answered(desk, "What is cheap?", "First answer.")
        prompt = desk.app.desk.prompt
        await desk.type("half a thought")
        await desk.press("escape", "e")
        assert prompt.text == "What is cheap?"
        await desk.press("escape")
        await desk.until(lambda: not desk.sees("edited question"))
        assert prompt.text == "half a thought"
        assert not prompt.has_focus
        await desk.press("e")
        await desk.type(" Really")
        await desk.press("escape")  # an edit that was begun stays
        assert prompt.text == "What is cheap? Really"
        await desk.press("ctrl+c")
        assert prompt.text == "half a thought"
        await desk.until(lambda: not desk.sees("edited question"))
        await desk.press("e", "enter")
        await desk.until_sees("Second answer.")
        await desk.press("up", "up")
        assert prompt.text == "half a thought"
