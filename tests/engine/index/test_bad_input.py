"""What bad input gets: that file is left out with its reason, in the sidebar and in `doctor`, and the rest goes on."""

import os
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from tests.support import sample_files
from tests.support.sample_files import zip_of

from bookwheel.assistant.documents.indexer import Indexer
from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.walk import walk
from bookwheel.engine.schema import ChatMessage, Document, TextNode
from bookwheel.errors import UsageError

MEGABYTES = 1 << 20


class Sidebar:
    """What a desk shows of a folder once it is indexed."""

    def __init__(self, state: LibraryChanged, folder: Path) -> None:
        self.indexed = {os.path.relpath(file.path, folder) for file in state.files if file.status == "indexed"}
        self.failed = {
            os.path.relpath(file.path, folder): file.reason for file in state.files if file.status == "failed"
        }
        self.left_out = {os.path.relpath(left.path, folder): left.reason for left in state.left_out}
        self.remarks = {os.path.relpath(file.path, folder): file.remarks for file in state.files}
        self.error = state.error


OpenDesk = Callable[[Path, ParseLimits], Awaitable[Sidebar]]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "good.txt").write_text("The wheel turns.")
    return folder


@pytest.fixture
async def open_desk(tmp_path: Path) -> AsyncIterator[OpenDesk]:
    libraries: list[Library] = []

    async def index(folder: Path, limits: ParseLimits) -> Sidebar:
        library = Library(tmp_path / "index", limits=limits)
        libraries.append(library)
        indexer = Indexer(library, lambda _: None)
        await indexer.set_roots([folder])
        await indexer.wait_done()
        return Sidebar(indexer.state, folder)

    yield index
    for library in libraries:
        await library.aclose()


def pages_pdf(count: int, *, kids: str | None = None, content: bytes | None = None) -> bytes:
    """A PDF of `count` pages with their numbers on them."""
    numbers = range(4, 4 + 2 * count, 2)
    listed = kids or " ".join(f"{number} 0 R" for number in numbers)
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{listed}]/Count {count}>>".encode()]
    bodies.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for page, number in enumerate(numbers, 1):
        text = content or f"BT /F1 12 Tf 72 720 Td (Page {page} of the wheel) Tj ET".encode()
        filter_ = b"/Filter/FlateDecode" if content else b""
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {number + 1} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        bodies.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(text), filter_, text))
    data, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, len(data))
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(data) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table + end


def bomb(name: str) -> bytes:
    """An office file, a part of which is 200 MB when it is unpacked."""
    members, part = PARTS[name]()
    return zip_of({**members, part: b" " * (200 * MEGABYTES)}, level=1)


PARTS: dict[str, Callable[[], tuple[dict[str, str | bytes], str]]] = {
    "a.docx": lambda: (sample_files.docx_members(), "word/document.xml"),
    "a.odt": lambda: (sample_files.odt_members(), "content.xml"),
    "a.epub": lambda: (sample_files.epub_members(), "OEBPS/book.opf"),
    "a.pptx": lambda: ({}, "ppt/presentation.xml"),
    "a.xlsx": lambda: ({}, "xl/workbook.xml"),
}


@pytest.mark.fault("D1")
@pytest.mark.timeout(120)
async def test_zip_bombs_of_all_formats_are_refused_by_their_declared_size(desk: Path, open_desk: OpenDesk) -> None:
    for name in PARTS:
        (desk / name).write_bytes(bomb(name))
    shown = await open_desk(desk, ParseLimits(memory_bytes=150 * MEGABYTES))
    assert shown.indexed == {"good.txt"}
    assert set(shown.failed) == set(PARTS)
    assert all("64 MB" in reason for reason in shown.failed.values())


@pytest.mark.fault("D2")
@pytest.mark.timeout(180)
async def test_odd_pdfs_are_read_or_have_a_reason(desk: Path, open_desk: OpenDesk) -> None:
    (desk / "many.pdf").write_bytes(pages_pdf(10_000))
    (desk / "too-many.pdf").write_bytes(pages_pdf(20_001))
    (desk / "itself.pdf").write_bytes(pages_pdf(1, kids="2 0 R 2 0 R"))
    (desk / "twice.pdf").write_bytes(pages_pdf(2, kids="4 0 R 2 0 R"))
    (desk / "stream.pdf").write_bytes(
        pages_pdf(1, content=zlib.compress(b"BT /F1 12 Tf 72 720 Td (wheel) Tj ET " * 1_500_000, 9))
    )
    shown = await open_desk(desk, ParseLimits(cpu_seconds=60, wall_seconds=120))
    assert {"good.txt", "many.pdf"} <= shown.indexed
    assert shown.failed["too-many.pdf"] == "it has 20001 pages; from 1 to 20,000 can be read"
    assert {"itself.pdf", "twice.pdf", "stream.pdf"} <= shown.indexed | set(shown.failed)
    assert all(shown.failed.values())


async def test_files_too_large_to_read_are_never_opened(desk: Path, open_desk: OpenDesk) -> None:
    for name, size in (("2GB.txt", 2_000_000_000), ("2GB.mbox", 2_000_000_000), ("1TB.csv", 1 << 40)):
        with open(desk / name, "wb") as file:
            file.truncate(size)
        os.chmod(desk / name, 0)
    shown = await open_desk(desk, ParseLimits())
    assert shown.left_out == dict.fromkeys(("2GB.txt", "2GB.mbox", "1TB.csv"), "too large (more than 100 MB)")
    assert (shown.indexed, shown.failed) == ({"good.txt"}, {})


@pytest.mark.fault("D5")
@pytest.mark.timeout(180)
async def test_one_line_of_many_megabytes_is_cut_into_passages(desk: Path, open_desk: OpenDesk) -> None:
    (desk / "words.txt").write_text("wheel and axle " * 1_000_000)
    (desk / "no-spaces.txt").write_text("x" * 10_000_000)
    (desk / "too-long.txt").write_text("wheel " * 4_000_000)
    shown = await open_desk(desk, ParseLimits(largest_file=20_000_000, cpu_seconds=60, wall_seconds=120))
    assert shown.left_out == {"too-long.txt": "too large (more than 20 MB)"}
    assert shown.indexed == {"good.txt", "no-spaces.txt", "words.txt"}


@pytest.mark.fault("D5")
async def test_deep_documents_are_refused(desk: Path, open_desk: OpenDesk) -> None:
    (desk / "deep.html").write_text("<div>" * 100_000 + "wheel")
    (desk / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    (desk / "deep.md").write_text(">" * 50_000 + " wheel")
    (desk / "deep.tex").write_text("{" * 100_000 + "wheel" + "}" * 100_000)
    shown = await open_desk(desk, ParseLimits())
    assert {"deep.html", "deep.json"} <= set(shown.failed)
    assert all("nested" in shown.failed[name] for name in ("deep.html", "deep.json"))
    assert {"good.txt", "deep.md", "deep.tex"} <= shown.indexed | set(shown.failed)


@pytest.mark.fault("D11")
async def test_the_first_files_of_a_folder_with_too_many_are_taken_with_a_notice(
    desk: Path, open_desk: OpenDesk
) -> None:
    (desk / "flood").mkdir()
    for number in range(20_000):
        (desk / f"flood/{number:05}.txt").touch()
    for name in ("a", "z"):
        (desk / name).mkdir()
        (desk / name / "b.txt").write_text("More about wheels.")
    for number in range(0, 20_000, 1_000):
        (desk / f"flood/{number:05}.txt").write_text("One of many wheels.")
    shown = await open_desk(desk, ParseLimits(most_files=5_000))
    assert {"good.txt", "a/b.txt", "flood/00000.txt", "flood/04000.txt"} <= shown.indexed
    assert "flood/05000.txt" not in shown.indexed
    reasons = {name: reason for name, reason in shown.left_out.items() if reason.startswith("too many")}
    assert reasons == dict.fromkeys(("flood", "z"), "too many files (more than 5,000): the rest of this folder")


def test_a_flood_of_files_costs_memory_only_for_those_taken(tmp_path: Path) -> None:
    import tracemalloc

    for number in range(20_000):
        (tmp_path / f"{number:05}.txt").touch()
    tracemalloc.start()
    found = walk(str(tmp_path), limits=ParseLimits(most_files=1_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.left_out) == 1_001
    assert [Path(row.path).name for row in found.left_out[1:3]] == ["00000.txt", "00001.txt"]
    assert peak < 3 * MEGABYTES


@pytest.mark.fault("D8")
async def test_only_regular_files_are_opened_and_links_are_not_followed(
    desk: Path, open_desk: OpenDesk, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("do not say")
    os.symlink(outside, desk / "out")
    os.symlink(outside / "secret.txt", desk / "out.txt")
    os.symlink(desk, desk / "circle")
    os.symlink("self", desk / "self")
    os.mkfifo(desk / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(desk / "s.txt"))
        shown = await open_desk(desk, ParseLimits())
    assert shown.left_out == {
        **dict.fromkeys(("out", "out.txt", "circle", "self"), "symbolic link"),
        **dict.fromkeys(("pipe.txt", "s.txt"), "not a regular file"),
    }
    assert (shown.indexed, shown.failed, shown.error) == ({"good.txt"}, {}, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable to root")
async def test_a_file_without_read_permission_has_that_reason(desk: Path, open_desk: OpenDesk) -> None:
    (desk / "locked").mkdir(mode=0)
    (desk / "mine.txt").touch(mode=0)
    (desk / "mine.txt").write_text("not for you")
    shown = await open_desk(desk, ParseLimits())
    assert shown.left_out == {"locked": "not readable (permission denied)"}
    assert shown.failed == {"mine.txt": "it cannot be read: permission denied; check its rights"}
    os.chmod(desk / "locked", 0o700)


@pytest.mark.fault("D9")
@pytest.mark.timeout(120)
async def test_files_that_change_or_vanish_while_read_do_not_stop_the_others(desk: Path, open_desk: OpenDesk) -> None:
    (desk / "grows.txt").write_text("Line.\n" * 1_000)
    for number in range(300):
        (desk / f"v{number:03}.txt").write_text("Soon to be gone.")
    stopped = threading.Event()

    def change() -> None:
        with open(desk / "grows.txt", "a") as file:
            while not stopped.is_set():
                file.write("One more line.\n")
                file.flush()
                for path in list(desk.glob("v*.txt"))[-20:]:
                    path.unlink()

    changer = threading.Thread(target=change)
    changer.start()
    try:
        shown = await open_desk(desk, ParseLimits())
    finally:
        stopped.set()
        changer.join()
    assert "good.txt" in shown.indexed
    assert shown.error == ""
    assert set(shown.failed.values()) <= {"it changed while it was read; it will be read again the next time"}
    again = await open_desk(desk, ParseLimits())
    assert again.indexed == {"good.txt", "grows.txt"}
    assert again.failed == {}


async def test_the_doctor_names_failed_and_left_out_files(desk: Path, tmp_path: Path) -> None:
    (desk / "bomb.docx").write_bytes(bomb("a.docx"))
    (desk / "sound.mp3").write_bytes(b"png")
    with open(desk / "2GB.txt", "wb") as file:
        file.truncate(2_000_000_000)
    command = [sys.executable, "-m", "bookwheel"]
    subprocess.run([*command, "index", str(desk)], capture_output=True, check=True)
    told = subprocess.run([*command, "doctor"], capture_output=True, text=True, check=False).stdout
    assert "bomb.docx: it would unpack to more than 64 MB" in told
    assert "2GB.txt: too large (more than 100 MB)" in told
    assert "1 binary" in told
    assert "sound.mp3" not in told


HANGING_OCR = """
import threading

class PSM:
    AUTO = AUTO_OSD = 0

class PyTessBaseAPI:
    def __init__(self, **options): pass
    def SetImageBytes(self, *picture): pass
    def SetSourceResolution(self, dpi): pass
    def Recognize(self, timeout): threading.Event().wait()
    def End(self): pass
"""


async def test_a_recognition_that_never_returns_leaves_what_can_be_read(
    tmp_path: Path, desk: Path, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, data = tmp_path / "engine", tmp_path / "tessdata"
    engine.mkdir()
    data.mkdir()
    (engine / "tesserocr.py").write_text(HANGING_OCR)
    (data / "eng.traineddata").write_bytes(b"")
    monkeypatch.setenv("PYTHONPATH", str(engine))
    monkeypatch.setenv("TESSDATA_PREFIX", str(data))
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (desk / name).write_bytes(pages_pdf(1, content=zlib.compress(b" ")))
    (desk / "mixed.pdf").write_bytes(pages_pdf(2).replace(b"(Page 2 of the wheel) Tj", b" " * 24))
    shown = await open_desk(desk, ParseLimits(cpu_seconds=60, wall_seconds=60, recognition_seconds=0.3))
    assert shown.indexed == {"good.txt", "mixed.pdf"}
    assert shown.failed.keys() == {"a.pdf", "b.pdf", "c.pdf"}
    reasons = [*shown.failed.values(), *shown.remarks["mixed.pdf"]]
    assert sum("recognising a page took longer than 0.3 seconds" in reason for reason in reasons) == 3
    assert sum("OCR is not tried after 3 files on which it did not end" in reason for reason in reasons) == 1


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Document(text=5), "Document.text"),  # pyright: ignore[reportArgumentType]
        (lambda: Document(metadata="x"), "Document.metadata"),  # pyright: ignore[reportArgumentType]
        (lambda: TextNode(text=None), "TextNode.text"),  # pyright: ignore[reportArgumentType]
        (lambda: ChatMessage(content=5), "content of a message"),  # pyright: ignore[reportArgumentType]
    ],
)
def test_a_field_of_another_kind_is_named(make: Callable[[], object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        make()


def test_what_is_not_a_document_is_named() -> None:
    with pytest.raises(UsageError, match="not 'abc'"):
        DocumentIndex.from_documents(["abc"])  # pyright: ignore[reportArgumentType]
