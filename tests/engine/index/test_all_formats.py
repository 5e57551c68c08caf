"""Properties of the readers of all formats, for any bytes: exact ranges, and only DocumentError."""

from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.sample_files import SAMPLES

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.binary(max_size=6)), max_size=6)
PROPERTY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
every_format = pytest.mark.parametrize("name", SAMPLES)


def read(name: str, data: bytes) -> Document:
    format_name = format_of(name, data[:HEAD_BYTES])
    if format_name is None:
        raise DocumentError("binary")
    return reader_of(format_name)(Source(f"/desk/{name}", data))


@cache
def sample_document(name: str) -> Document:
    return read(name, SAMPLES[name]())


@every_format
def test_a_file_of_this_format_is_read(name: str) -> None:
    document = read(name, SAMPLES[name]())
    assert document.text.strip()
    assert document.metadata["file_name"] == name


@every_format
@given(size=st.integers(1, 60), overlap=st.floats(0, 0.9))
@PROPERTY
def test_the_text_at_the_range_of_a_passage_is_the_passage(name: str, size: int, overlap: float) -> None:
    document = sample_document(name)
    nodes = SentenceSplitter(size, int(size * overlap)).get_nodes_from_documents([document])
    assert nodes
    covered = 0
    for node in nodes:
        start, end = node.start_char_idx, node.end_char_idx
        assert start is not None
        assert end is not None
        assert node.text == document.text[start:end]
        assert not document.text[covered:start].strip()
        covered = end
    assert not document.text[covered:].strip()


@pytest.mark.fault("D3")
@every_format
@given(changes=CHANGES)
@PROPERTY
def test_changed_bytes_give_text_or_a_reason(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    data = SAMPLES[name]()
    for place, removed, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + removed :]
    survives(name, data)


@pytest.mark.fault("D3")
@every_format
@given(length=st.floats(0, 1))
@PROPERTY
def test_a_cut_file_gives_text_or_a_reason(name: str, length: float) -> None:
    data = SAMPLES[name]()
    survives(name, data[: int(length * len(data))])


def survives(name: str, data: bytes) -> None:
    """Either a DocumentError, or a text that can be stored, with pages and headings in order inside it."""
    with suppress(DocumentError):
        document = read(name, data)
        locations_lie_in_the_text(document)


def locations_lie_in_the_text(document: Document) -> None:
    document.text.encode()
    locations = locations_of(document.metadata)
    for offsets in (list(locations.page_starts), [heading.start for heading in locations.headings]):
        assert offsets == sorted(offsets)
        assert all(0 <= offset <= len(document.text) for offset in offsets)


@pytest.mark.fault("D3")
async def test_the_worker_process_reads_all_formats_within_its_limits(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    for name, make in SAMPLES.items():
        (desk / name).write_bytes(make())
    library = Library(tmp_path / "index")
    async for _ in library.refresh([desk]):
        pass
    states = {Path(state.path).name: (state.status, state.reason) for state in await library.afiles([desk])}
    assert states == dict.fromkeys(SAMPLES, ("indexed", ""))
