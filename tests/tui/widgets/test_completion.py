"""Completion, history and folding JSON: pure parts of the prompt and the details."""

from pathlib import Path
from typing import Literal

import pytest

from bookwheel.assistant.updates import DeskStatus, LibraryChanged
from bookwheel.engine.index.progress import FileState
from bookwheel.paths import last_path
from bookwheel.tui.rows.json_rows import json_rows
from bookwheel.tui.screens.desk_facts import start_facts
from bookwheel.tui.widgets.completion_list import (
    common_prefix,
    complete_path,
    completion_at,
    index_of,
    location_of,
    matching_names,
)
from bookwheel.tui.widgets.prompt import History

NAMES = ["attention.pdf", "longformer.pdf", "long-tail.md", "notes.md"]


def complete(text: str) -> tuple[str, ...]:
    found = completion_at(
        text,
        len(text),
        documents=lambda typed: matching_names(NAMES, typed),
        commands=lambda typed: [name for name in ("/export ", "/exit") if name.startswith(typed)],
    )
    return found.candidates if found else ()


def test_at_sign_completes_documents_beginnings_first() -> None:
    assert complete("compare @lon") == ("@long-tail.md", "@longformer.pdf")
    assert complete("@lgf") == ("@longformer.pdf",)


def test_slash_completes_commands_at_the_start_only() -> None:
    assert complete("/ex") == ("/export ", "/exit")
    assert complete("and /ex") == ()


def test_mail_address_is_not_a_document() -> None:
    assert complete("write to me@long") == ()


def test_common_prefix_of_candidates() -> None:
    assert common_prefix(["@long-tail.md", "@longformer.pdf"]) == "@long"
    assert common_prefix(["one"]) == "one"


def test_index_and_location_are_inverse() -> None:
    text = "one\ntwo two\n\nend"
    assert [index_of(text, location_of(text, index)) for index in range(len(text) + 1)] == list(range(len(text) + 1))


def test_paths_are_completed_folders_with_a_slash(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "paper.md").touch()
    (tmp_path / ".hidden").touch()
    assert complete_path(f"{tmp_path}/pap") == [f"{tmp_path}/paper.md", f"{tmp_path}/papers/"]
    assert complete_path(f"{tmp_path}/") == [f"{tmp_path}/paper.md", f"{tmp_path}/papers/"]
    assert complete_path(f"{tmp_path}/.h") == [f"{tmp_path}/.hidden"]
    assert complete_path("/nowhere/at/all") == []


def test_a_path_is_completed_behind_the_folder_that_the_line_begins_with(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    assert complete_path(f"/home/me/{tmp_path}/pap") == [f"/home/me/{tmp_path}/papers/"]


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/home/me/notes", "/home/me/notes"),
        ("/home/me//mnt/x", "/mnt/x"),
        ("/home/me/~/x", "~/x"),
        ("/home/me/~", "~"),
        ("/home/me/~x", "/home/me/~x"),
        ("/home/me/'/mnt/my file.pdf'", "/mnt/my file.pdf"),
        ('"/mnt/my file.pdf"', "/mnt/my file.pdf"),
        ("/home/me/it's", "/home/me/it's"),
        ("/home/me/https://example.org/a//b", "https://example.org/a//b"),
    ],
)
def test_the_path_that_begins_last_in_a_line_counts(typed: str, path: str) -> None:
    assert last_path(typed) == path


def test_history_ends_with_the_draft() -> None:
    history = History()
    history.load(["first", "second"])
    assert history.earlier("draft") == "second"
    assert history.earlier("second") == "first"
    assert history.earlier("first") is None
    assert history.later("first") == "second"
    assert history.later("second") == "draft"
    assert history.later("draft") is None


def test_an_example_that_is_offered_replaces_the_one_offered_before() -> None:
    """While documents were indexed, Up gave the first example and the start page showed the last one."""
    history = History()
    history.load((), ["the first example"])
    history.load((), ["the last example"])
    assert history.earlier("") == "the last example"
    assert history.earlier("") is None
    history.load(["asked"])
    assert [history.later(""), history.earlier(""), history.earlier("")] == ["", "asked", None]


def test_an_example_stays_while_documents_before_it_are_indexed() -> None:
    def library(*statuses: Literal["waiting", "indexed"]) -> LibraryChanged:
        files = (
            FileState(path=f"/n/{number}.md", root="/n", status=status, title=f"Title {number}")
            for number, status in enumerate(statuses)
        )
        return LibraryChanged(tuple(files), (), ("/n",))

    first = start_facts(library("waiting", "indexed"), DeskStatus()).example
    assert "Title 1" in first
    assert start_facts(library("indexed", "indexed"), DeskStatus(), [first]).example == first
    assert "Title 0" in start_facts(library("indexed", "waiting"), DeskStatus(), [first]).example


def test_question_asked_twice_is_there_once() -> None:
    history = History()
    for text in ("one", "two", "one"):
        history.add(text)
    assert [history.earlier(""), history.earlier(""), history.earlier("")] == ["one", "two", None]


def test_json_folds_long_and_deep_values() -> None:
    value = {"short": "text", "long": "word " * 400, "inner": {"deeper": {"deepest": {"leaf": 1}}}, "none": None}
    rows = list(json_rows("event", value, {}, 80))
    by_path = {row.path[1:]: row for row in rows}
    assert by_path[("short",)].text == "text"
    assert by_path[("long",)].is_open is False
    assert by_path[("inner", "deeper", "deepest")].is_open is False
    assert by_path[("none",)].text == "null"
    opened = list(json_rows("event", value, {("event", "long"): False}, 80))
    assert len(opened) > len(rows) + 20
    assert all(len(row.text) <= 80 for row in opened)


def test_json_without_end_is_cut_with_a_notice() -> None:
    nested: object = 1
    for _ in range(200):
        nested = [nested]
    rows = list(json_rows("event", {"deep": nested}, {}, 80))  # type: ignore[dict-item]
    assert len(rows) < 100
    many = list(json_rows("event", {"many": list(range(10_000))}, {}, 80))
    assert many[-1].text.startswith("and 9500 more")
