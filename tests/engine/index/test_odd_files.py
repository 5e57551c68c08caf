"""Odd and broken files made by others: each ends as indexed or with its reason, and none stops the rest."""

import sys
import tarfile
from pathlib import Path

import pytest

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.progress import FileState, IngestDone
from bookwheel.engine.index.readers.office.docx import read
from bookwheel.engine.index.readers.reader import Source
from bookwheel.errors import DocumentError


@pytest.mark.fault("D2")
@pytest.mark.timeout(1_200)  # only for a hang: with the extra `ocr`, scanned pages are recognised, 30 s of CPU
@pytest.mark.parametrize("archive", ["pdfjs-small.tar.gz", "py-pdf-samples.tar.gz"])
async def test_each_odd_pdf_is_indexed_or_fails_with_a_reason(
    shared: Path, tmp_path: Path, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognise_english_alone(tmp_path / "tessdata", monkeypatch)
    source = shared / "documents" / archive
    if not source.exists():
        pytest.skip(f"{archive} is not among the shared samples")
    desk = tmp_path / "desk"
    expected = unpack(source, desk)
    library = Library(tmp_path / "index", limits=ParseLimits(cpu_seconds=5, wall_seconds=20))
    states: dict[str, FileState] = {}
    end = None
    async for update in library.refresh([desk]):
        if isinstance(update, FileState):
            states[update.path] = update
        if isinstance(update, IngestDone):
            end = update
    assert end is not None
    assert len(states) == expected
    assert {state.status for state in states.values()} <= {"indexed", "failed"}
    assert all(state.reason for state in states.values() if state.status == "failed")
    assert all(state.passages for state in states.values() if state.status == "indexed")
    assert end.indexed > 10
    for state in await library.afiles([desk]):
        if state.status == "indexed":
            document = await library.adocument(Path(state.path))
            starts = document.metadata["page_starts"]
            assert isinstance(starts, list)
            assert len(starts) == state.pages


def recognise_english_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each language takes as long again; what they find is for other tests."""
    english = Path(sys.prefix) / "share" / "tessdata" / "eng.traineddata"
    if english.exists():
        data.mkdir()
        (data / english.name).symlink_to(english)
        monkeypatch.setenv("TESSDATA_PREFIX", str(data))


def unpack(source: Path, desk: Path) -> int:
    with tarfile.open(source) as archive:
        members = [member for member in archive.getmembers() if member.isfile() and member.name.endswith(".pdf")]
        chosen = sorted((member for member in members if member.size), key=lambda member: member.name)
        for number, member in enumerate(chosen):
            stream = archive.extractfile(member)
            assert stream is not None
            desk.mkdir(exist_ok=True)
            (desk / f"{number:03}-{Path(member.name).name}").write_bytes(stream.read())
    return len(chosen)


def test_each_odd_word_document_is_read_or_has_a_reason(shared: Path) -> None:
    source = shared / "documents" / "mammoth-docx.tar.gz"
    if not source.exists():
        pytest.skip("mammoth-docx.tar.gz is not among the shared samples")
    without_text: set[str] = set()
    with tarfile.open(source) as archive:
        for member in archive.getmembers():
            if (stream := archive.extractfile(member)) is None or not member.name.endswith(".docx"):
                continue
            try:
                read(Source(f"/desk/{member.name}", stream.read()))
            except DocumentError as error:
                without_text.add(f"{Path(member.name).stem}: {error.message}")
    pictures = {"external-picture", "tiny-picture", "tiny-picture-target-base-relative"}
    assert without_text == {f"{name}: there is no text in it" for name in ("empty", *pictures)}
