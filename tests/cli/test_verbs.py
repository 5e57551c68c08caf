"""`index`, `search`, `sessions`, `completion` and the program itself."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.cli.program import TIMEOUT_S, bookwheel, environment
from tests.cli.scenes import NOTES, QUESTION
from tests.journeys.terminal import Terminal

from bookwheel import paths
from bookwheel.cli.root import VERBS


def test_help_and_version_load_nothing_heavy() -> None:
    script = (
        "import sys\nfrom bookwheel.cli.main import run\n"
        "for words in (['--help'], ['--version'], ['ask', '--help'], ['sessions', '--help']):\n    run(words)\n"
        "heavy = {'textual', 'openai', 'tavily', 'pydantic', 'rich', 'tantivy', 'pypdfium2', 'asyncio', 'sqlite3'}\n"
        "sys.exit(str(sorted(heavy & sys.modules.keys()) or ''))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "\n")  # exit('') is a message, an empty one


async def test_help_names_every_command_with_a_whole_sentence() -> None:
    ended = await bookwheel("--help")
    assert ended.code == 0
    for verb in VERBS:
        assert re.search(rf"(?m)^  {verb} .*\.$", ended.out), verb
    assert "..." not in ended.out.partition("Commands:")[2]


@pytest.mark.parametrize("group", ["sessions", "config"])
async def test_a_group_without_a_command_prints_its_help_line_by_line(group: str) -> None:
    ended, asked = await bookwheel(group), await bookwheel(group, "--help")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == asked.out
    assert "..." not in ended.err.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "--top-k", "few", "q"], "'few' is not a whole number."),
        (["replay", "--speed", "fast", "x"], "'fast' is not a number."),
    ],
)
async def test_a_word_for_a_number_is_refused_in_plain_words(arguments: list[str], said: str) -> None:
    ended = await bookwheel(*arguments)
    assert ended.code == 2
    assert said in ended.err


async def test_help_is_the_same_text_by_its_two_ways() -> None:
    """The text that is kept for a quick start, and what click makes of the options at the same width."""
    quick, asked = await bookwheel("--help"), await bookwheel("--no-color", "--help")
    assert quick.out == asked.out
    narrow = await bookwheel("-h", env={"COLUMNS": "60"})
    assert max(map(len, narrow.lines)) < 80 <= max(map(len, quick.lines)) + 2


async def test_version_is_one_line() -> None:
    ended = await bookwheel("--version")
    assert re.fullmatch(r"bookwheel \d+\.\d+\.\d+\n", ended.out)


async def test_index_reports_its_work_and_a_second_call_finds_no_change(notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    first = await bookwheel("index", str(notes))
    assert (first.code, first.out.startswith("1 indexed, 1 failed; ")) == (0, True)
    assert "broken.pdf" in first.err
    again = await bookwheel("index", str(notes))
    assert (again.code, again.out.startswith("0 indexed, 1 unchanged, 1 failed; ")) == (0, True)
    assert "broken.pdf" in again.err


async def test_index_rebuild_reads_unchanged_files_again(notes: Path) -> None:
    assert (await bookwheel("index", "--rebuild")).code == 2
    await bookwheel("index", str(notes))
    assert (await bookwheel("index", str(notes))).out.startswith("0 indexed, 1 unchanged; ")
    assert (await bookwheel("index", "--rebuild")).out.startswith("1 indexed; ")
    rebuilt = (await bookwheel("index", "--rebuild", str(notes))).out
    assert rebuilt.startswith("1 indexed; ")
    assert "MB" not in rebuilt  # a speed of 0.0 MB/s says nothing


async def test_a_damaged_index_is_rebuilt_with_a_message(notes: Path) -> None:
    await bookwheel("index", str(notes))
    file = paths.index_dir() / "library.sqlite3"
    data = bytearray(file.read_bytes())
    data[4096 : 4096 * 20] = b"\xff" * len(data[4096 : 4096 * 20])
    file.write_bytes(data)
    assert "is damaged" in (await bookwheel("doctor")).out
    rebuilt = await bookwheel("search", "mill", str(notes))
    assert (rebuilt.code, "set aside and rebuilt" in rebuilt.err) == (0, True)
    assert "is damaged" not in (await bookwheel("doctor")).out


async def test_index_as_json(notes: Path) -> None:
    counts = json.loads((await bookwheel("index", "--json", str(notes))).out)
    assert (counts["indexed"], counts["failed"]) == (1, [])


async def test_index_with_nothing_but_failures_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    assert (await bookwheel("index", str(tmp_path))).code == 1
    assert (await bookwheel("index", str(tmp_path))).code == 1
    assert (await bookwheel("index", str(tmp_path / "missing"))).code == 2
    assert (await bookwheel("index")).code == 2


@pytest.mark.parametrize("verb", [["index"], ["search", "wheel"], ["ask", "wheel?"]])
async def test_a_named_file_that_is_left_out_has_its_reason(notes: Path, verb: list[str]) -> None:
    """`index huge.txt` counted one file as left out, `ask` found nothing in it, and neither said why."""
    with (notes / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    said = (await bookwheel(*verb, "huge.txt", cwd=notes)).err
    assert "huge.txt is left out: too large (more than 100 MB)" in said
    assert "left out" not in (await bookwheel(*verb, str(notes))).err


@pytest.mark.parametrize("verb", [["index"], ["search", "wheel"], ["ask", QUESTION]])
async def test_what_is_left_out_below_a_folder_is_named(notes: Path, verb: list[str]) -> None:
    (notes / "linked.md").symlink_to(notes / "mill.md")
    (notes / ".hidden").write_text("hidden")
    said = (await bookwheel(*verb, str(notes))).err
    assert "linked.md (symbolic link)" in said
    assert ".hidden" not in said


@pytest.mark.parametrize(
    "arguments", [["index", ""], ["search", "wheel", ""], ["ask", "wheel?", ""], ["ask", "x", "--in", ""], [""]]
)
async def test_an_empty_name_is_not_the_working_folder(notes: Path, arguments: list[str]) -> None:
    """`bookwheel index "$PAPERS"` without such a variable indexed the working folder."""
    ended = await bookwheel(*arguments, cwd=notes)
    assert (ended.code, "it is empty" in ended.err) == (2, True)


@pytest.mark.parametrize("arguments", [["index"], ["ask", "why", "--since"]])
async def test_a_message_repeats_the_ends_of_an_endless_argument(arguments: list[str]) -> None:
    endless = "a" * 5_000 + "z" * 5_000
    ended = await bookwheel(*arguments, endless)
    assert ended.code == 2
    assert "aaaa…" in re.sub("a+", "aaaa", ended.err)
    assert max(map(len, ended.err.splitlines())) < 1_100


async def test_a_very_long_path_is_named_without_its_middle(notes: Path) -> None:
    inner = notes
    for _ in range(3):
        inner = inner / ("deep" + "y" * 240)
    inner.mkdir(parents=True)
    (inner / "link.md").symlink_to(notes / "mill.md")
    ended = await bookwheel("index", str(notes))
    assert "…" in ended.err
    assert "yy/link.md (symbolic link)" in ended.err
    assert len(ended.err) < 600


async def test_search_prints_the_best_passage_first(notes: Path) -> None:
    (notes / "other.md").write_text("Bread is baked in an oven, not in a mill.\n")
    ended = await bookwheel("search", "mill wheel turns", "notes", cwd=notes.parent)
    assert (ended.code, ended.err) == (0, "")
    assert ended.lines[0].startswith("[1] notes/mill.md  ")
    assert "\x1b" not in ended.out


async def test_a_narrow_terminal_breaks_remarks_between_words() -> None:
    async with Terminal("run", "os:path", "x", columns=40) as terminal:
        await terminal.shows("function")
        await terminal.until(lambda: "that returns one." in " ".join(terminal.text.split()), "the whole hint")
    words = {word for line in terminal.text.splitlines() for word in line.split()}
    assert {"arguments", "function", "object"} <= words
    async with Terminal("doctor", columns=50, lines=100) as terminal:
        await terminal.shows("50x100")
    lines = terminal.text.splitlines()
    first = next(at for at, line in enumerate(lines) if "For written answers" in line)
    remedy = lines[first : first + 5]
    assert all(line.startswith(" " * 15) for line in remedy[:3])
    assert "name an endpoint in the settings, or start a local server" in " ".join(" ".join(remedy).split())


async def test_search_prints_the_whole_path_however_long_it_is(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*("deep" * 40 for _ in range(5)))
    folder.mkdir(parents=True)
    (folder / "mill.md").write_text("The mill wheel turns.")
    ended = await bookwheel("search", "mill", str(tmp_path))
    assert str(folder / "mill.md") in ended.lines[0]


async def test_search_as_json_has_the_exact_range(notes: Path) -> None:
    ended = await bookwheel("search", "--json", "--top-k", "1", "apple trees", str(notes))
    (line,) = ended.lines
    passage = json.loads(line)
    text = Path(passage["path"]).read_text(encoding="utf-8")
    assert text[passage["start_char_idx"] : passage["end_char_idx"]] == passage["text"]
    assert "forty apple trees" in passage["text"]


async def test_search_that_finds_nothing_ends_with_3(notes: Path) -> None:
    ended = await bookwheel("search", "zebra", str(notes))
    assert (ended.code, ended.out, ended.err) == (3, "", "No passage matches the query.\n")


@pytest.mark.parametrize("arguments", [["search", ""], ["search", "x"], ["search"]])
async def test_search_without_query_or_documents_is_wrong_usage(arguments: list[str]) -> None:
    ended = await bookwheel(*arguments)
    assert (ended.code, ended.out) == (2, "")


async def test_sessions_are_listed_shown_searched_exported_and_deleted(notes: Path, tmp_path: Path) -> None:
    await bookwheel("ask", QUESTION, str(notes))
    await bookwheel("ask", "How many apple trees are in the garden?")

    listed = [json.loads(line) for line in (await bookwheel("sessions", "list", "--json")).lines]
    assert [info["title"] for info in listed] == ["How many apple trees are in the garden?", QUESTION]
    assert listed[0]["documents"] == [str(notes)]

    oldest = listed[1]["id"]
    shown = await bookwheel("sessions", "show", oldest)
    assert "nine revolutions a minute" in shown.out
    assert f"[1] {notes / 'mill.md'}" in shown.out

    assert "apple trees" in (await bookwheel("sessions", "search", "forty garden")).out
    assert (await bookwheel("sessions", "search", "zebra")).code == 3

    page = tmp_path / "out" / "today.html"
    page.parent.mkdir()
    assert (await bookwheel("sessions", "export", "last", "--format", "html", "-o", str(page))).code == 0
    assert "forty apple trees" in page.read_text(encoding="utf-8")
    assert (await bookwheel("sessions", "export", "last")).out.startswith("# How many apple trees")

    unasked = await bookwheel("sessions", "delete", oldest)
    assert (unasked.code, "--yes" in unasked.err) == (2, True)
    assert (await bookwheel("sessions", "delete", oldest, "--yes")).code == 0
    assert [path.name for path in paths.sessions_dir().iterdir() if path.is_dir()] == [listed[0]["id"]]


async def test_a_session_is_forked_imported_deleted_and_restored(notes: Path, tmp_path: Path) -> None:
    await bookwheel("ask", QUESTION, str(notes))
    log = tmp_path / "log.jsonl"
    await bookwheel("sessions", "export", "last", "--format", "json", "-o", str(log))
    forked = (await bookwheel("sessions", "fork", "last")).out.strip()
    imported = (await bookwheel("sessions", "import", str(log), "--title", "From a friend")).out.strip()
    for session_id in (forked, imported):
        assert "nine revolutions" in (await bookwheel("sessions", "show", session_id)).out
    assert "From a friend" in (await bookwheel("sessions", "list")).out
    await bookwheel("sessions", "delete", forked, imported, "--yes")
    restored = await bookwheel("sessions", "restore", imported)
    assert (restored.code, f"Restored: {imported}" in restored.err) == (0, True)
    assert imported in (await bookwheel("sessions", "list")).out
    await bookwheel("sessions", "delete", imported, "--yes", "--for-good")
    gone = await bookwheel("sessions", "restore", imported)
    assert (gone.code, f"There is no deleted session '{imported}'" in gone.err) == (1, True)


async def test_a_session_is_exported_as_pdf_and_its_sources_as_bibliographies(notes: Path, tmp_path: Path) -> None:
    await bookwheel("ask", QUESTION, str(notes))
    page = tmp_path / "session.pdf"
    assert (await bookwheel("sessions", "export", "last", "--format", "pdf", "-o", str(page))).code == 0
    document = pypdfium2.PdfDocument(page)
    assert "nine revolutions a minute" in document[0].get_textpage().get_text_range()
    document.close()
    assert "title = {{The mill}}" in (await bookwheel("sessions", "export", "last", "--format", "bib")).out
    (item,) = json.loads((await bookwheel("sessions", "export", "last", "--format", "csl")).out)
    assert item["title"] == "The mill"


async def test_a_session_may_be_named_by_its_beginning(notes: Path) -> None:
    for _ in range(2):
        await bookwheel("ask", QUESTION, str(notes))
    ids = [path.name for path in paths.sessions_dir().iterdir() if path.is_dir()]
    beginning = ids[0][: next(at for at, (a, b) in enumerate(zip(*ids, strict=True)) if a != b)]
    ambiguous = await bookwheel("sessions", "show", beginning)
    assert (ambiguous.code, "2 sessions begin with" in ambiguous.err) == (1, True)
    assert (await bookwheel("sessions", "show", ids[0][: len(beginning) + 1])).code == 0


@pytest.mark.parametrize("name", ["nope", "../../etc", "", "a\x1b[2J"])
async def test_an_unknown_session_is_reported_in_two_lines(name: str) -> None:
    ended = await bookwheel("sessions", "show", name)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 2
    assert "\x1b" not in ended.err


async def test_the_undamaged_part_of_a_session_is_shown(notes: Path) -> None:
    await bookwheel("ask", QUESTION, str(notes))
    (log,) = paths.sessions_dir().glob("*/events.jsonl")
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'"type": "Retrieval"', b'"type": Retrieval', 1))
    ended = await bookwheel("sessions", "show", "last")
    assert (ended.code, "nine revolutions a minute" in ended.out) == (0, True)
    assert "damaged" in ended.err
    assert log.read_bytes() != whole  # and the file was not repaired on the way


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_prints_a_script_for_each_shell(shell: str) -> None:
    ended = await bookwheel("completion", shell)
    assert ended.code == 0
    assert "_BOOKWHEEL_COMPLETE" in ended.out


def complete(*words: str) -> list[str]:
    typed = {"COMP_WORDS": " ".join(["bookwheel", *words]), "COMP_CWORD": str(len(words))}
    env = environment({"_BOOKWHEEL_COMPLETE": "bash_complete", **typed})
    ended = subprocess.run([sys.executable, "-m", "bookwheel"], env=env, capture_output=True, text=True, check=False)
    return ended.stdout.splitlines()


def test_completion_knows_commands_options_themes_profiles_and_sessions() -> None:
    assert "plain,search" in complete("sea")
    assert "file,./x" in complete("./x")
    assert "plain,--max-turns" in complete("ask", "--max-t")
    folder = paths.config_dir()
    (folder / "sessions" / "20260101-0900-mills-abcd").mkdir(parents=True)
    (folder / "themes").mkdir()
    (folder / "themes" / "mine.toml").write_text("")
    (folder / "config.toml").write_text("[profiles.groq.model]\n")
    assert complete("sessions", "show", "2026") == ["plain,20260101-0900-mills-abcd"]
    assert complete("ask", "--profile", "g") == ["plain,groq"]
    assert complete("--theme", "mi") == ["plain,mine"]
    assert complete("ask", "--type", "ma") == ["plain,markdown"]
    assert complete("search", "--in", "./x") == ["file,./x"]


async def test_a_path_named_like_a_command_is_written_with_a_slash(tmp_path: Path) -> None:
    (tmp_path / "ask").mkdir()
    ended = await bookwheel("./ask", cwd=tmp_path)
    assert (ended.code, "needs a terminal" in ended.err) == (2, True)


async def test_without_a_terminal_the_app_names_the_command_for_scripts() -> None:
    for arguments in ([], ["demo"], ["--continue"]):
        ended = await bookwheel(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert "bookwheel ask" in ended.err


@pytest.mark.fault("P13")
async def test_closed_standard_streams_are_harmless(notes: Path) -> None:
    command = f"exec {sys.executable} -m bookwheel search mill {notes} <&- 2>&-"
    ended = subprocess.run(["sh", "-c", command], env=environment(), stdout=subprocess.PIPE, check=False)
    assert (ended.returncode, b"mill.md" in ended.stdout) == (0, True)
    command = f"exec {sys.executable} -m bookwheel search mill {notes} >&-"
    assert subprocess.run(["sh", "-c", command], env=environment(), check=False).returncode == 0


@pytest.mark.fault("P12")
async def test_a_locale_without_utf8_gets_replacement_characters(notes: Path) -> None:
    (notes / "mill.md").write_text(NOTES.replace("Agostino", "Agostinő ♥"), encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii"}
    text = await bookwheel("ask", "Who rebuilt the mill wheel in 1588?", str(notes), env=env)
    assert (text.code, "Agostin? ?" in text.out) == (0, True)
    log = await bookwheel("ask", "--json", "Who rebuilt the mill wheel in 1588?", env=env)
    assert (log.code, "Agostinő ♥" in log.out) == (0, True)


async def test_plain_takes_its_lines_from_a_pipe(notes: Path) -> None:
    ended = await bookwheel("--plain", str(notes), stdin=f"{QUESTION}\nopen 1\nsessions\nquit\n")
    assert ended.code == 0, ended.err
    labels = ("You: ", "Answer: ", "Sources:", "End: ", "Source 1: ", "1. ")
    assert [label for line in ended.lines for label in labels if line.startswith(label)] == list(labels)
    assert not ended.err


async def test_ask_in_plain_mode_labels_its_answer(notes: Path) -> None:
    ended = await bookwheel("ask", "--plain", QUESTION, str(notes))
    assert ended.lines[0].startswith("Answer: ")
    assert "Sources:" in ended.lines


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "x", "--max-cost", "nan"),
        ("ask", "x", "--time-limit", "NaN"),
        ("research", "x", "--max-cost", "nan"),
        ("run", "a:b", "x", "--print", "--time-limit", "nan"),
        ("replay", "x", "--speed", "nan"),
    ],
    ids=" ".join,
)
async def test_a_limit_is_a_number(arguments: tuple[str, ...]) -> None:
    ended = await bookwheel(*arguments)
    assert (ended.code, "is not a number" in ended.err) == (2, True)


@pytest.mark.parametrize("stream", ["input", "output"])
async def test_an_agent_of_an_editor_refuses_what_is_not_a_pipe(notes: Path, tmp_path: Path, stream: str) -> None:
    ends: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (tmp_path / "file").open("w+") as file:
        ends["stdin" if stream == "input" else "stdout"] = file
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bookwheel", "acp", str(notes), stderr=subprocess.PIPE, env=environment(), **ends
        )
        _, err = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    assert (process.returncode, err.decode().splitlines()[0]) == (2, f"bookwheel: Standard {stream} is not a pipe.")


@pytest.mark.parametrize(
    "command", [("sessions", "list"), ("sessions", "search", "mill"), ("sessions", "show", "last")], ids=" ".join
)
async def test_sessions_that_cannot_be_read_are_not_said_to_be_none(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "sessions").write_text("")
    ended = await bookwheel(*command, env={"BOOKWHEEL_CONFIG_DIR": str(tmp_path)})
    assert (ended.code, ended.out) == (1, "")
    assert f"{tmp_path / 'sessions'} cannot be read: Not a directory." in ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable to root")
async def test_a_file_behind_a_closed_folder_is_not_said_to_be_missing(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        ended = await bookwheel("search", "mill", str(closed / "notes.md"))
        doctor = await bookwheel("doctor", env={"BOOKWHEEL_CONFIG_DIR": str(closed / "settings")})
    finally:
        closed.chmod(0o700)
    assert (ended.code, "cannot be read" in ended.err) == (2, True)
    assert f"{closed} is not writable" in doctor.out
    assert "Permission denied: " not in doctor.err
