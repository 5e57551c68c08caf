"""Filters of the desk's documents: parsing, effect, and their form in the log."""

from datetime import date
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows, desk

from bookwheel.assistant.documents.document_filter import day_from, desk_filter, path_from, type_from
from bookwheel.assistant.slash_commands.standard_commands import standard_commands
from bookwheel.engine.index.progress import FileState
from bookwheel.engine.stores.store_protocol import EVERYTHING, Selection
from bookwheel.errors import UsageError
from bookwheel.transcript.blocks import QuestionBlock
from bookwheel.transcript.filter_text import filter_text


def test_a_year_and_a_month_mean_their_first_or_last_day() -> None:
    assert day_from("2024") == date(2024, 1, 1)
    assert day_from("2024", is_last=True) == date(2024, 12, 31)
    assert day_from("2024-02", is_last=True) == date(2024, 2, 29)
    assert day_from(" 2024-3-1 ") == day_from("2024-03-01", is_last=True) == date(2024, 3, 1)


@pytest.mark.parametrize(
    "text", ["", "last year", "24", "2024-13", "2024-00", "2023-02-29", "0000", "99999", "2024-03-01T10:00", "²⁰²⁴"]
)
@pytest.mark.parametrize("is_last", [True, False])
def test_an_invalid_date_is_refused_with_an_example(text: str, is_last: bool) -> None:
    with pytest.raises(UsageError, match="is not a date") as caught:
        day_from(text, is_last=is_last)
    assert "2024-03" in caught.value.hint


def test_a_type_is_known_by_its_name_or_its_suffix() -> None:
    assert [type_from(name) for name in ("pdf", "PDF", ".md", "eml")] == ["pdf", "pdf", "markdown", "email"]
    with pytest.raises(UsageError, match="no document type 'dox'") as caught:
        type_from("dox")
    assert "docx" in caught.value.hint


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    (tmp_path / "papers" / "old").mkdir(parents=True)
    (tmp_path / "papers" / "old" / "a.md").write_text("a")
    (tmp_path / "notes").mkdir()
    return tmp_path / "papers"


def test_a_path_is_found_from_the_working_directory_and_below_the_roots(
    papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = [str(papers)]
    for typed in ("old", "papers/old", str(papers / "old"), f"{papers}/old/../old/"):
        assert path_from(typed, roots) == str(papers / "old")
    monkeypatch.chdir(papers / "old")
    assert path_from("a.md", roots) == str(papers / "old" / "a.md")
    assert path_from("papers", roots) == str(papers)
    assert path_from(str(papers.parent), roots) == str(papers.parent)


def test_a_path_outside_the_library_is_refused(papers: Path) -> None:
    with pytest.raises(UsageError, match="not in the library") as caught:
        path_from(str(papers.parent / "notes"), [str(papers)])
    assert str(papers) in caught.value.hint
    with pytest.raises(UsageError, match="no file or folder"):
        path_from("nowhere", [str(papers)])


def test_a_filter_is_logged_and_shown_in_words(papers: Path) -> None:
    chosen = Selection(
        scope=(str(papers / "old"), str(papers / "old" / "a.md"), "/else"),
        types=("pdf", ".ext"),
        since=date(2024, 1, 1),
        until=date(2024, 2, 29),
    )
    made = desk_filter(chosen, [str(papers)])
    assert made.data == {
        "in": [f"{papers}/old/", f"{papers}/old/a.md"],
        "types": ["pdf", ".ext"],
        "since": "2024-01-01",
        "until": "2024-02-29",
    }
    assert made.text == "in old/, a.md · pdf, ext · since 2024 · until 2024-02"
    assert desk_filter(Selection(scope=("/else",)), [str(papers)]).data is None
    assert desk_filter(EVERYTHING, []).text == ""


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, ""),
        ({"since": "2024-03-02", "until": "2024-12-31"}, "since 2024-03-02 · until 2024"),
        ({"since": "2024-12-31", "until": "2024-01-01"}, "since 2024-12-31 · until 2024-01-01"),
        ({"in": ["/a/b/", "/c", "/d", "/e"]}, "in b/, c and 2 more"),
        ({"in": "x", "types": 7, "since": None, "until": "soon"}, "until soon"),
    ],
)
def test_a_logged_filter_is_shown_in_words(data: dict[str, object], text: str) -> None:
    assert filter_text(data) == text


class Files(Folder):
    """Documents with types and days."""

    def __init__(self, *files: FileState) -> None:
        super().__init__()
        self.states = {file.path: file for file in files}


def two_files(papers: Path) -> Files:
    return Files(
        FileState(
            path=f"{papers}/old/a.md", root=str(papers), status="indexed", format="markdown", date=date(2020, 1, 1)
        ),
        FileState(path=f"{papers}/b.pdf", root=str(papers), status="indexed", format="pdf", changed=date(2024, 5, 5)),
    )


async def test_the_next_question_searches_only_the_selection_and_shows_it(papers: Path, tmp_path: Path) -> None:
    workflows = Workflows()
    async with desk(tmp_path / "s", workflows, library=two_files(papers), roots=[papers]) as assistant:
        await assistant.documents.wait_indexed()
        await assistant.wait_finished(await assistant.ask("Everything?"))
        assert workflows.selection == EVERYTHING
        await assistant.documents.set_filter(Selection(scope=(str(papers / "old"),), types=("markdown",)))
        assert assistant.status.filter == "in old/ · markdown"
        await assistant.wait_finished(await assistant.ask("Old ones?"))
        assert workflows.selection == Selection(scope=(str(papers / "old"),), types=("markdown",))
        asked = [block.filter for block in assistant.sessions.transcript.blocks if isinstance(block, QuestionBlock)]
        assert asked == ["", "in old/ · markdown"]
        session = assistant.sessions.info.id
    async with desk(tmp_path / "s", library=two_files(papers), session_id=session) as assistant:
        asked = [block.filter for block in assistant.sessions.transcript.blocks if isinstance(block, QuestionBlock)]
        assert asked == ["", "in old/ · markdown"]
        assert assistant.status.filter == ""


async def test_a_waiting_question_keeps_the_filter_it_was_asked_with(papers: Path, tmp_path: Path) -> None:
    workflows = Workflows()
    async with desk(tmp_path / "s", workflows, library=two_files(papers), roots=[papers]) as assistant:
        await assistant.documents.wait_indexed()
        await assistant.documents.set_filter(Selection(types=("pdf",)))
        run = await assistant.ask("PDFs?")
        await assistant.documents.set_filter(EVERYTHING)
        await assistant.wait_finished(run)
        assert workflows.selection == Selection(types=("pdf",))


async def test_a_filter_that_matches_nothing_is_reported_before_asking(papers: Path, tmp_path: Path) -> None:
    async with desk(tmp_path / "s", library=two_files(papers), roots=[papers]) as assistant:
        await assistant.documents.wait_indexed()
        await assistant.documents.set_filter(Selection(types=("pdf",), until=date(2023, 12, 31)))
        with pytest.raises(UsageError, match="No document matches the filter: pdf · until 2023") as caught:
            await assistant.ask("Old PDFs?")
        assert "/clear-filter" in caught.value.hint
        assert not assistant.sessions.info.id


async def test_a_filter_outside_the_library_is_refused(papers: Path, tmp_path: Path) -> None:
    async with desk(tmp_path / "s", library=two_files(papers), roots=[papers]) as assistant:
        with pytest.raises(UsageError, match="Not in the library"):
            await assistant.documents.set_filter(Selection(scope=("/else",)))
        assert assistant.status.selection == EVERYTHING


async def test_a_removed_root_leaves_the_filter(papers: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    async with desk(tmp_path / "s", library=two_files(papers), roots=[papers, notes]) as assistant:
        await assistant.documents.set_filter(Selection(scope=(str(notes),), types=("pdf",)))
        await assistant.documents.remove(notes)
        assert assistant.status.selection == Selection(types=("pdf",))


async def test_opening_a_session_clears_the_filter_and_a_new_session_keeps_it(papers: Path, tmp_path: Path) -> None:
    async with desk(tmp_path / "s", library=two_files(papers), roots=[papers]) as assistant:
        await assistant.wait_finished(await assistant.ask("One?"))
        first = assistant.sessions.info.id
        await assistant.documents.set_filter(Selection(types=("pdf",)))
        await assistant.sessions.new()
        assert assistant.status.filter == "pdf"
        await assistant.sessions.open(first)
        assert assistant.status.filter == ""


async def test_a_desk_on_an_own_workflow_refuses_filters(tmp_path: Path) -> None:
    async with desk(tmp_path / "s", mode="workflow") as assistant:
        with pytest.raises(UsageError, match="searches its documents itself"):
            await assistant.documents.set_filter(Selection(types=("pdf",)))


async def test_the_commands_change_their_part_of_the_filter(papers: Path, tmp_path: Path) -> None:
    commands = standard_commands()
    async with desk(tmp_path / "s", library=two_files(papers), roots=[papers]) as assistant:
        await assistant.documents.wait_indexed()
        assert await commands.run(assistant, "/in old") == "Searching only: in old/"
        assert await commands.run(assistant, "/type md, pdf") == "Searching only: in old/ · markdown, pdf"
        await commands.run(assistant, "/since 2019")
        await commands.run(assistant, "/until 2020-06")
        assert assistant.status.filter == "in old/ · markdown, pdf · since 2019 · until 2020-06"
        await commands.run(assistant, "/in")
        await commands.run(assistant, "/type")
        assert assistant.status.selection == Selection(since=date(2019, 1, 1), until=date(2020, 6, 30))
        assert (
            await commands.run(assistant, "/since 2021")
            == "No document matches the filter: since 2021 · until 2020-06."
        )
        assert await commands.run(assistant, "/clear-filter") == "Searching all documents"
        assert assistant.status.selection == EVERYTHING
        for line in ("/in nowhere", "/type dox", "/since soon"):
            with pytest.raises(UsageError):
                await commands.run(assistant, line)


async def test_the_commands_offer_the_folders_and_types_of_the_library(papers: Path, tmp_path: Path) -> None:
    by_name = {command.name: command for command in standard_commands().all()}
    async with desk(tmp_path / "s", library=two_files(papers), roots=[papers]) as assistant:
        await assistant.documents.wait_indexed()
        places, types = by_name["in"].choices, by_name["type"].choices
        assert places is not None
        assert types is not None
        assert list(places(assistant)) == [str(papers), str(papers / "old")]
        assert list(types(assistant)) == ["markdown", "pdf"]
