"""Slash commands: found by their beginning, refused with what would be right."""

from pathlib import Path

import pytest
from tests.support.desk import Workflows, desk

from bookwheel.assistant.slash_commands.command_registry import Command, CommandRegistry
from bookwheel.assistant.slash_commands.standard_commands import standard_commands
from bookwheel.errors import ModelNotFoundError, UsageError


def test_names_and_ids_are_unique_and_every_command_has_a_help() -> None:
    commands = standard_commands().all()
    assert len({command.id for command in commands}) == len(commands)
    assert all(command.help for command in commands)


def test_two_commands_of_one_name_are_refused() -> None:
    new = standard_commands().all()[0]
    with pytest.raises(UsageError):
        CommandRegistry([new, Command(id="other", name=new.name, help="x", action=new.action)])


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [("/new", "new", ""), ("/exp md a b.md", "export", "md a b.md"), ("/model  gpt ", "model", "gpt")],
)
def test_a_line_is_parsed(line: str, name: str, argument: str) -> None:
    command, given = standard_commands().parse(line)
    assert (command.name, given) == (name, argument)


@pytest.mark.parametrize("line", ["/", "/nope", "/re", "/open", "/new thing"])
def test_a_wrong_line_is_refused_with_a_correction(line: str) -> None:
    with pytest.raises(UsageError) as raised:
        standard_commands().parse(line)
    assert raised.value.hint


async def test_commands_work_on_the_desk(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    commands = standard_commands()
    async with desk(tmp_path / "s") as assistant:
        await assistant.wait_finished(await assistant.ask("What?"))
        await commands.run(assistant, "/again")
        await assistant.wait_finished("r2")
        await commands.run(assistant, "/rename My title")
        assert assistant.sessions.info.title == "My title"
        await commands.run(assistant, "/mode agent")
        await commands.run(assistant, "/web off")
        await commands.run(assistant, "/model other")
        assert (assistant.status.mode, assistant.status.web, assistant.status.model) == ("agent", "off", "other")
        await commands.run(assistant, f"/add {papers}")
        assert assistant.documents.roots == (papers,)
        await commands.run(assistant, "/remove papers")
        assert assistant.documents.roots == ()
        assert "Written" in await commands.run(assistant, f"/export md {tmp_path / 'out.md'}")
        assert (tmp_path / "out.md").stat().st_size > 0
        assert await commands.run(assistant, "/stop") == "Nothing is running"
        await commands.run(assistant, "/delete")
        assert assistant.sessions.info.id == ""
        for wrong in ("/web maybe", "/mode none", "/remove other", "/export md", f"/export docx {tmp_path / 'x'}"):
            with pytest.raises(UsageError):
                await commands.run(assistant, wrong)


class Refusing(Workflows):
    """Has one model beside its first; a name that begins with `x` cannot answer, and another is a doubt."""

    async def check_model(self, name: str) -> str:
        if name.startswith("x"):
            raise ModelNotFoundError("No such model.", hint="Start a server.")
        return "" if name == "other" else "Not listed: other."


async def test_a_model_that_cannot_answer_is_refused_and_one_that_is_not_listed_is_told(tmp_path: Path) -> None:
    commands = standard_commands()
    async with desk(tmp_path / "s", Refusing()) as assistant:
        before = assistant.status.model
        with pytest.raises(ModelNotFoundError) as refused:
            await commands.run(assistant, "/model xyz")
        assert refused.value.hint == f"Start a server. {before} stays in use."
        assert assistant.status.model == before
        assert await commands.run(assistant, "/model nope") == "Not listed: other."
        assert assistant.status.model == "nope"
        assert await commands.run(assistant, "/model other") == ""
