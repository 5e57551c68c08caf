"""The library as a tree of rows."""

from tests.support.styled_app import StyledApp
from textual.app import ComposeResult

from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.progress import FileState, FileStatus, LeftOut
from bookwheel.engine.selection import EVERYTHING
from bookwheel.tui.rows.library_rows import LEFT_OUT, LibraryTree
from bookwheel.tui.widgets.library_list import LibraryList


def file(path: str, root: str = "/docs", status: FileStatus = "indexed", **more: object) -> FileState:
    return FileState(path=path, root=root, status=status, passages=1, **more)  # type: ignore[arg-type]


def tree(*files: FileState, left_out: tuple[LeftOut, ...] = (), roots: tuple[str, ...] = ("/docs",)) -> LibraryTree:
    return LibraryTree(LibraryChanged(files, left_out, roots))


def shape(rows: object) -> list[str]:
    return ["  " * row.depth + row.label + (f" ({row.count})" if row.count else "") for row in rows]  # type: ignore[attr-defined]


def test_folders_come_before_files_with_their_counts() -> None:
    rows = tree(file("/docs/b.md"), file("/docs/x/y/deep.md"), file("/docs/x/a.md")).rows({})
    assert shape(rows) == ["docs (3)", "  x (2)", "    y (1)", "      deep.md", "    a.md", "  b.md"]


def test_folded_folder_hides_its_files() -> None:
    rows = tree(file("/docs/b.md"), file("/docs/x/a.md")).rows({"/docs/x": True})
    assert [row.label for row in rows] == ["docs", "x", "b.md"]


def test_filter_keeps_fitting_files_with_their_folders_even_folded() -> None:
    rows = tree(file("/docs/b.md"), file("/docs/x/alpha.md")).rows({"/docs/x": True}, "ALPH")
    assert [row.label for row in rows] == ["docs", "x", "alpha.md"]


def test_titles_are_filtered_too() -> None:
    rows = tree(file("/docs/b.md", title="Attention"), file("/docs/c.md")).rows({}, "atten")
    assert [row.label for row in rows] == ["docs", "b.md"]


def test_file_named_itself_is_a_root() -> None:
    rows = tree(file("/one.md", root="/one.md"), roots=("/one.md",)).rows({})
    assert [(row.label, row.is_root) for row in rows] == [("one.md", True)]


def test_left_out_files_are_counted_by_reason_and_named_on_demand() -> None:
    left_out = (LeftOut("/docs/.git", "/docs", "hidden"), LeftOut("/docs/x.bin", "/docs", "binary"),
                LeftOut("/docs/y.bin", "/docs", "binary"))  # fmt: skip
    library = tree(file("/docs/a.md"), left_out=left_out)
    assert shape(library.rows({}))[-1] == "left out (3)"
    opened = library.rows({LEFT_OUT: False, f"{LEFT_OUT}\0binary": False})
    assert [(row.label, row.count) for row in opened[-5:]] == [
        ("left out", 3), ("binary", 2), ("x.bin", 0), ("y.bin", 0), ("hidden", 1),
    ]  # fmt: skip


def test_thousands_of_files_make_rows_only_where_unfolded() -> None:
    files = [file(f"/docs/d{number % 50}/f{number}.md") for number in range(5_000)]
    library = tree(*files)
    folded = {f"/docs/d{number}": True for number in range(50)}
    assert len(library.rows(folded)) == 51


def test_notes_show_the_state() -> None:
    rows = tree(
        file("/docs/a.pdf", pages=12),
        file("/docs/b.pdf", status="indexing", fraction=0.34),
        file("/docs/c.pdf", status="failed", reason="no text: 14 pages are pictures\nmore"),
    ).rows({})
    assert [row.note for row in rows[1:]] == ["12 p", "34%", "no text: 14 pages are pictures"]


class _LibraryApp(StyledApp):
    def compose(self) -> ComposeResult:
        yield LibraryList()


async def test_an_empty_library_stops_saying_that_it_looks_for_documents() -> None:
    """Its rows counted as drawn while their text had changed."""
    app = _LibraryApp()
    async with app.run_test(size=(40, 6)) as pilot:
        library = app.query_one(LibraryList)
        said: list[str] = []
        for is_loading in (True, False):
            library.show(LibraryChanged((), (), (), is_loading=is_loading), EVERYTHING)
            await pilot.pause()
            said.append(library.render_lines(library.size.region)[0].text.strip())
    assert said == ["looking for documents", "no documents yet"]


async def test_what_was_not_read_of_a_file_stands_beside_it_before_its_title() -> None:
    app = _LibraryApp()
    files = (
        file("/docs/a.csv", title="Fleet", remarks=("its quotation marks do not fit together",)),
        file("/docs/b.csv", title="Fleet"),
    )
    async with app.run_test(size=(60, 6)) as pilot:
        library = app.query_one(LibraryList)
        library.show(LibraryChanged(files, (), ("/docs",)), EVERYTHING)
        await pilot.pause()
        rows = [line.text.split(maxsplit=2) for line in library.render_lines(library.size.region)]
    assert [[part.strip() for part in row[1:]] for row in rows if row[1:2] in (["a.csv"], ["b.csv"])] == [
        ["a.csv", "its quotation marks do not fit together"],
        ["b.csv", "Fleet"],
    ]
