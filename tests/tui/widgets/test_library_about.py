"""The details of the document under the cursor, at every width and for any metadata."""

from dataclasses import replace
from datetime import date

import pytest

from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.progress import FileState, LeftOut
from bookwheel.engine.selection import Selection
from bookwheel.tui.rows.library_rows import LEFT_OUT, LibraryRow, LibraryTree
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.widgets.library_about import about_lines, written_day, written_size

PAPER = FileState(
    path="/docs/mill.pdf", root="/docs", status="indexed", size=1_234_567, passages=41, pages=15, title="On mills",
    format="pdf", author="Ada Lovelace", date=date(1843, 9, 1), changed=date(2024, 1, 1),
)  # fmt: skip
NOTE = FileState(path="/docs/a/note.txt", root="/docs", status="indexed", passages=1, size=9, format="text",
                 changed=date(2024, 5, 6))  # fmt: skip


def row_of(file: FileState) -> LibraryRow:
    rows = LibraryTree(LibraryChanged((file,), (), (file.root,))).rows({})
    return next(row for row in rows if row.file is file)


def shown(row: LibraryRow | None, width: int, height: int) -> list[str]:
    return ["".join(text for text, _ in line) for line in about_lines(row, width, height)]


def test_a_document_shows_its_details() -> None:
    assert shown(row_of(PAPER), 80, 3) == [
        "On mills",
        "Ada Lovelace · 1843-09-01 · pdf · 15 pages · 41 passages · 1.2 MB · mill.pdf",
    ]
    assert shown(row_of(PAPER), 30, 5) == [
        "On mills",
        "Ada Lovelace · 1843-09-01",
        "pdf · 15 pages · 41 passages",
        "1.2 MB · mill.pdf",
    ]


def test_a_document_without_a_title_and_a_date_shows_its_name_and_when_its_file_changed() -> None:
    assert shown(row_of(NOTE), 60, 5) == ["note.txt", "changed 2024-05-06 · text · 1 passage · 9 B"]


def test_a_folder_shows_how_many_documents_are_in_it() -> None:
    folder = LibraryTree(LibraryChanged((PAPER, NOTE), (), ("/docs",))).rows({})[0]
    assert shown(folder, 40, 5) == ["docs", "2 documents"]
    assert shown(None, 40, 5) == []


def test_a_failed_document_shows_its_reason() -> None:
    failed = FileState(path="/docs/x.pdf", root="/docs", status="failed", reason="no text\x1b[2J found", format="pdf")
    assert shown(row_of(failed), 40, 5)[1].startswith("no text")


def test_the_whole_reason_of_a_failure_is_shown_with_a_hint() -> None:
    reason = "no text found on its one page (a scan?); run it through OCR first"
    failed = FileState(path="/docs/x.pdf", root="/docs", status="failed", reason=reason, format="pdf")
    assert " ".join(shown(row_of(failed), 29, 5)).startswith(f"x.pdf {reason}")


def test_a_document_that_was_read_in_part_shows_its_remarks() -> None:
    part = FileState(
        path="/docs/x.pdf", root="/docs", status="indexed", title="Mill", pages=3, remarks=("no text on page 2",)
    )
    assert shown(row_of(part), 60, 5)[:2] == ["Mill", "! no text on page 2"]


def test_left_out_files_show_their_reason() -> None:
    left_out = (LeftOut("/docs/x.bin", "/docs", "binary"), LeftOut("/docs/y.bin", "/docs", "binary"))
    opened = {LEFT_OUT: False, f"{LEFT_OUT}\0binary": False}
    top, reason, name, _ = LibraryTree(LibraryChanged((PAPER,), left_out, ("/docs",))).rows(opened)[-4:]
    assert shown(top, 60, 5) == ["left out", "2 left out; Enter shows the reasons"]
    assert shown(reason, 60, 5) == ["binary", "2 left out; Enter shows the names"]
    assert shown(name, 60, 5) == ["x.bin", "left out: binary"]


@pytest.mark.parametrize("width", [1, 5, 20, 31, 80])
@pytest.mark.parametrize("height", [0, 1, 2, 3, 5])
def test_hostile_words_stay_in_their_rows(width: int, height: int) -> None:
    hostile = "A\x1b]52;c;x\x07\n\u202e[/b]" + "字" * 3_000
    file = FileState(
        path=f"/docs/{hostile}", root="/docs", status="indexed", title=hostile, author=hostile, format=hostile
    )
    lines = shown(row_of(file), width, height)
    assert len(lines) <= height
    assert all(cells(line) <= max(width, 2) for line in lines)
    assert not any(sign in line for line in lines for sign in "\x1b\x07\n\u202e")


def test_days_and_sizes_are_written_as_exactly_as_they_are_known() -> None:
    assert (written_day(date(1588, 1, 1)), written_day(date(2024, 3, 1))) == ("1588", "2024-03-01")
    assert [written_size(size) for size in (0, 999, 1_000, 56_700, 1_234_567)] == [
        "0 B", "999 B", "1 kB", "57 kB", "1.2 MB",
    ]  # fmt: skip


def test_filtered_out_documents_are_marked_and_counted_by_folder() -> None:
    tree = LibraryTree(LibraryChanged((PAPER, NOTE), (), ("/docs",)), Selection(types=("pdf",)))
    assert [(row.label, row.asked, row.count, row.is_asked) for row in tree.rows({})] == [
        ("docs", 1, 2, True),
        ("a", 0, 1, False),
        ("note.txt", 0, 0, False),
        ("mill.pdf", 0, 0, True),
    ]


def test_documents_that_cannot_be_read_are_not_counted_as_searched() -> None:
    broken = replace(PAPER, path="/docs/broken.pdf", status="failed", reason="it is cut off")
    state = LibraryChanged((PAPER, NOTE, broken), (), ("/docs",))
    assert LibraryTree(state).asked == 2
    assert LibraryTree(state, Selection(types=("pdf",))).asked == 1
