"""`bookwheel ask`, the real program: what it prints where, and its exit codes."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from tests.cli.program import bookwheel, finish, start, write_settings
from tests.cli.scenes import NOTES, QUESTION, events, held, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel import paths


async def test_without_a_key_the_answer_is_quoted_with_its_sources(notes: Path) -> None:
    ended = await bookwheel("ask", QUESTION, str(notes))
    assert (ended.code, ended.err) == (0, "")
    assert "nine revolutions a minute" in ended.out
    assert ended.lines[-1].startswith("[1] ")
    assert ended.lines[-1].endswith("mill.md")
    assert "\x1b" not in ended.out


async def test_sources_below_the_working_directory_are_shown_relative(notes: Path) -> None:
    ended = await bookwheel("ask", QUESTION, "notes", cwd=notes.parent)
    assert ended.lines[-1] == "[1] notes/mill.md"


async def test_a_question_that_nothing_supports_ends_with_3(notes: Path) -> None:
    ended = await bookwheel("ask", "Who discovered penicillin?", str(notes))
    assert ended.code == 3
    assert "nothing in the documents supports an answer" in ended.err


async def test_the_question_can_come_from_standard_input(notes: Path) -> None:
    ended = await bookwheel("ask", "-", str(notes), stdin=QUESTION + "\n")
    assert (ended.code, "nine revolutions" in ended.out) == (0, True)


async def test_without_a_path_the_last_ones_are_searched_again(notes: Path) -> None:
    await bookwheel("ask", QUESTION, str(notes))
    ended = await bookwheel("ask", "How many apple trees are there?")
    assert (ended.code, "forty apple trees" in ended.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ask", "hello", "no-such-folder"], "There is no file or folder 'no-such-folder'."),
        (["ask", "  "], "The question is empty."),
        (["ask"], "Missing argument 'QUESTION'."),
        (["ask", "hello", "--nope"], "No such option '--nope'."),
        (["ask", "hello", "--top-k", "0"], "Invalid value for '--top-k'"),
        (["ask", "hello", "--profile", "none"], "There is no profile 'none'"),
        (["sesions"], "There is no file or folder 'sesions'."),
        (["--continue", "search", "hello"], "not with 'search'"),
    ],
)
async def test_wrong_usage_ends_with_2_and_two_lines(arguments: list[str], expected: str) -> None:
    ended = await bookwheel(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert expected in ended.err
    assert len(ended.err.splitlines()) <= 2


async def test_a_broken_settings_file_ends_with_2_and_names_its_line(notes: Path) -> None:
    write_settings("[model]\nname = \n")
    ended = await bookwheel("ask", QUESTION, str(notes))
    assert (ended.code, ended.out) == (2, "")
    assert f"{paths.config_file()}, line 2, column 8: Invalid value" in ended.err


async def test_json_prints_only_the_event_log(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("Nine revolutions a minute [1]."))
        ended = await bookwheel("ask", "--json", QUESTION, str(notes))
    log = events(ended)
    assert (ended.code, ended.err) == (0, "")
    assert [line["seq"] for line in log] == list(range(1, len(log) + 1))
    assert {line["run"] for line in log} == {"r1"}
    assert [line["type"] for line in log[:3]] == ["RunStarted", "Retrieval", "AgentInput"]
    assert [line["type"] for line in log[-2:]] == ["AgentOutput", "RunFinished"]
    assert log[0]["data"] == {"user_msg": QUESTION, "mode": "query", "model": "scripted"}
    finished = log[-1]["data"]
    deltas = "".join(line["data"]["delta"] for line in log if line["type"] == "AgentStream")
    assert finished["status"] == "completed"
    assert finished["response"] == deltas == "Nine revolutions a minute [1]."
    (cited,) = finished["citations"]
    text = Path(cited["path"]).read_text(encoding="utf-8")
    assert text[cited["start_char_idx"] : cited["end_char_idx"]] == cited["text"]


async def test_json_output_equals_the_saved_and_the_exported_log(notes: Path) -> None:
    printed = await bookwheel("ask", "--json", QUESTION, str(notes))
    exported = await bookwheel("sessions", "export", "last", "--format", "json")
    (saved,) = paths.sessions_dir().glob("*/events.jsonl")
    assert exported.out == saved.read_text(encoding="utf-8")

    def without_pieces(text: str) -> list[object]:
        return [(e["type"], e["data"]) for e in map(json.loads, text.splitlines()) if e["type"] != "AgentStream"]

    assert without_pieces(printed.out) == without_pieces(exported.out)


async def test_the_answer_is_printed_while_it_is_written(notes: Path) -> None:
    reply, gate = held("First half, second half.", after_words=1)
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(reply)
        process = await start("ask", QUESTION, str(notes))
        assert process.stdout is not None
        begun = await asyncio.wait_for(process.stdout.readexactly(5), 40)
        assert begun == b"First"
        gate.opened.set()
        ended = await finish(process)
    assert (ended.code, begun.decode() + ended.out) == (0, "First half, second half.\n")


async def test_the_embedded_model_drives_the_agent_too(notes: Path) -> None:
    ended = await bookwheel("ask", "--agent", QUESTION, str(notes))
    assert (ended.code, ended.err) == (0, "")
    assert "nine revolutions a minute" in ended.out


@pytest.mark.parametrize(
    ("variable", "answered", "told"),
    [
        ("BOOKWHEEL_CONFIG_DIR", True, "The session could not be saved: "),
        ("BOOKWHEEL_DATA_DIR", False, "The folder of the index /dev/null/x/index cannot be made: "),
    ],
)
async def test_a_folder_that_cannot_be_written_ends_with_1_and_is_named(
    notes: Path, variable: str, answered: bool, told: str
) -> None:
    ended = await bookwheel("ask", QUESTION, str(notes), env={variable: "/dev/null/x"})
    assert (ended.code, "nine revolutions" in ended.out) == (1, answered)
    assert told in ended.err
    assert len(ended.err.splitlines()) <= 2


async def test_hostile_text_reaches_no_terminal(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("safe \x1b]52;c;ZXZpbA==\x07 \x9b2J \u202e end [/b]"))
        ended = await bookwheel("ask", QUESTION, str(notes))
    assert not set(ended.out) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert "[/b]" in ended.out


async def test_a_hostile_file_name_is_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "a\x1b[2J[red]\nb.md").write_text(NOTES)
    (folder / "empty.md").write_text("")
    (folder / "nul.txt").write_bytes(b"a\x00b" * 100)
    (folder / "broken.md").write_bytes(b"The mill \xff\xfe stands.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    ended = await bookwheel("ask", QUESTION, str(folder))
    assert (ended.code, "nine revolutions" in ended.out) == (0, True)
    assert "\x1b" not in ended.out + ended.err
    assert "broken.pdf" in ended.err
    assert len(ended.err.splitlines()) == 1


async def test_a_full_disk_under_the_output_is_one_line_of_error(notes: Path) -> None:
    with open("/dev/full", "w") as full:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes), stdout=full, stderr=asyncio.subprocess.PIPE
        )
        _, err = await process.communicate()
    assert (process.returncode, err.decode()) == (1, "bookwheel: No space left on device.\n")
