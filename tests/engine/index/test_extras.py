"""Scans and pictures of text (extra `ocr`), other formats (`formats`), articles of pages without marks (`web`)."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import PICTURE_REASON, FileState, LeftOut
from bookwheel.engine.index.readers.pictures.ocr import ocr_is_installed
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError, NothingToReadError

LINES = [
    "The wheel of the mill turns slowly.",
    "Twelve spokes of oak cost 310 crowns.",
    "Das Rad kostet ohne Speichen 95 Kronen.",
]
needs_ocr = pytest.mark.skipif(not ocr_is_installed(), reason="the extra `ocr` is not installed")


def read(name: str, data: bytes, *, before_slow_step: list[str] | None = None) -> Document:
    format_name = format_of(name, data[:HEAD_BYTES])
    assert format_name is not None
    steps = before_slow_step if before_slow_step is not None else []
    return reader_of(format_name)(Source(f"/desk/{name}", data, before_slow_step=lambda: steps.append(name)))


def page(lines: list[str]) -> Image.Image:
    """A scanned page with these lines."""
    image = Image.new("L", (1_654, 1_000), 250)
    drawn, font = ImageDraw.Draw(image), ImageFont.load_default(46)
    for number, line in enumerate(lines):
        drawn.text((120, 120 + 90 * number), line, font=font, fill=15)
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photograph() -> Image.Image:
    return Image.effect_noise((900, 700), 120)


@needs_ocr
def test_scanned_pages_are_recognised_and_marked() -> None:
    data = saved(page(LINES[:2]), "PDF", resolution=200, save_all=True, append_images=[page(LINES[2:]), page([])])
    steps: list[str] = []
    document = read("scan.pdf", data, before_slow_step=steps)
    assert "spokes of oak cost 310 crowns." in document.text
    assert "Rad kostet ohne Speichen 95 Kronen." in document.text
    starts = locations_of(document.metadata).page_starts
    assert document.text[starts[1] :].startswith("Das")
    remarks = str(document.metadata["remarks"])
    assert "the text of 2 of 3 pages is recognised by OCR" in remarks
    assert "1 of 3 pages hold no text" in remarks
    assert '"pages": [1, 2]' in str(document.metadata["recognised"]).replace("'", '"')
    assert len(steps) == 3  # the limits of time count anew for each page


@needs_ocr
def test_the_remark_on_a_scan_of_one_page_says_so() -> None:
    remarks = read("scan.pdf", saved(page(LINES), "PDF", resolution=200)).metadata["remarks"]
    assert "the text of its one page is recognised by OCR" in str(remarks)


@needs_ocr
def test_an_ocr_that_does_not_start_takes_no_text_from_other_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its library needs those of the system: the whole PDF failed with the error of an import."""
    (tmp_path / "tesserocr.py").write_text("raise ImportError('libtesseract.so.5: no such file')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "tesserocr", raising=False)
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=14)
    pdf.multi_cell(0, 10, "The harbour office opens at nine in the morning.")
    pdf.add_page()
    pdf.image(page(LINES), w=180)
    document = read("mixed.pdf", bytes(pdf.output()))
    assert "opens at nine" in document.text
    why = "(scanned?); OCR does not start: libtesseract.so.5: no such file"
    assert f"1 of 2 pages hold no text {why}" in str(document.metadata["remarks"])
    with pytest.raises(DocumentError, match="OCR does not start"):
        read("scan.pdf", saved(page(LINES), "PDF", resolution=200))
    with pytest.raises(DocumentError, match="OCR does not start"):
        read("scan.png", saved(page(LINES), "PNG"))


@needs_ocr
@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.tiff", "TIFF"), ("a.bmp", "BMP")])
def test_pictures_of_text_are_recognised_and_marked(name: str, kind: str) -> None:
    document = read(name, saved(page(LINES), kind))
    assert "Twelve spokes of oak cost 310 crowns." in document.text
    assert "recognised by OCR" in str(document.metadata["remarks"])


@needs_ocr
def test_a_scan_of_many_pixels_is_made_smaller() -> None:
    large = page(LINES).resize((1_654 * 5, 1_000 * 5))
    assert "Twelve spokes of oak" in read("a.png", saved(large, "PNG")).text


@needs_ocr
@pytest.mark.parametrize("image", [photograph(), Image.new("L", (800, 600), 255), Image.new("L", (20, 20), 0)])
def test_pictures_without_text_are_left_out(image: Image.Image) -> None:
    with pytest.raises(NothingToReadError, match="picture without text"):
        read("photo.png", saved(image, "PNG"))


def test_a_picture_names_the_part_that_would_read_it(tmp_path: Path) -> None:
    asked = (
        "from bookwheel.engine.index.readers.reader_registry import left_out_by_name; print(left_out_by_name('a.png'))"
    )
    without = {**os.environ, "TESSDATA_PREFIX": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", asked], env=without, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == PICTURE_REASON
    assert "bookwheel[ocr]" in PICTURE_REASON


@needs_ocr
async def test_scans_are_searchable_and_photographs_are_left_out(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "scan.pdf").write_bytes(saved(page(LINES), "PDF", resolution=200))
    (desk / "photo.png").write_bytes(saved(photograph(), "PNG"))
    (desk / "broken.png").write_bytes(b"png")
    library = Library(tmp_path / "index")
    updates = [update async for update in library.refresh([desk])]
    left_out = {Path(update.path).name: update.reason for update in updates if isinstance(update, LeftOut)}
    assert left_out == {"photo.png": "picture without text", "broken.png": "broken picture"}
    (state,) = [update for update in updates if isinstance(update, FileState) and update.status == "indexed"]
    assert "recognised by OCR" in state.remarks[0]
    (found, *_) = await library.retriever([desk]).aretrieve("spokes of oak")
    assert "310 crowns" in found.node.text
    await library.aclose()


def workbook_with_macros() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Mill").append(["part", "price"])
    workbook["Mill"].append(["spoke", 310])
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_format_of_the_extra_is_read() -> None:
    pytest.importorskip("kreuzberg", reason="the extra `formats` is not installed")
    document = read("a.xlsm", workbook_with_macros())
    assert "| spoke | 310 |" in document.text
    assert [heading.title for heading in locations_of(document.metadata).headings][-1] == "Mill"


@pytest.mark.parametrize("name", ["a.doc", "a.ppt", "a.xls", "a.msg", "a.pages"])
def test_broken_files_of_the_extra_are_refused_with_a_reason(name: str) -> None:
    pytest.importorskip("kreuzberg", reason="the extra `formats` is not installed")
    with pytest.raises(DocumentError):
        read(name, b"no such file")


def test_an_article_among_decoration_is_found_without_a_main_element() -> None:
    pytest.importorskip("trafilatura", reason="the extra `web` is not installed")
    article = "".join(
        f"<p>Paragraph {n}: the wheel of the mill turns slowly, and the water comes down.</p>" for n in range(40)
    )
    around = "".join(f"<div class=teaser><span>Read also about other mill number {n}</span></div>" for n in range(12))
    document = read(
        "a.html",
        f"<html><body><div class=top>{around}</div><div class=post><h1>Mill</h1>{article}</div></body>".encode(),
    )
    assert all(f"Paragraph {n}:" in document.text for n in range(40))
    assert "Read also about" not in document.text


def test_a_page_that_is_one_table_keeps_its_heading_and_its_rows() -> None:
    """The rows alone, without the table around them, had been taken for the article."""
    pytest.importorskip("trafilatura", reason="the extra `web` is not installed")
    rows = "".join(f"<tr><td>Lock {n} of the Ammer canal</td><td>{1800 + n}</td></tr>" for n in range(90))
    document = read(
        "a.html",
        f"<html><body><h1>Locks</h1><table><tr><th>Lock</th><th>Built</th></tr>{rows}</table></body></html>".encode(),
    )
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Locks"]
    assert "Lock: Lock 7 of the Ammer canal; Built: 1807" in document.text


def test_an_article_found_among_decoration_keeps_its_headings_steps_and_code() -> None:
    pytest.importorskip("trafilatura", reason="the extra `web` is not installed")
    steps = "".join(f"<li>Turn the <code>valve-{n}</code> to the left until it stops.</li>" for n in range(1, 20))
    article = (
        "<h2>Draining the pond</h2><p>The format of a mark is <code>RR:LL</code>, with two letters a side, and it is"
        f" cut into the post beside the sluice.</p><ol>{steps}</ol><h2>Filling it again</h2>"
        + "".join(f"<p>Day {n}: open the upper sluice by another hand and wait for the level.</p>" for n in range(20))
    )
    around = "".join(f"<div><span>Read also about pond number {n}</span></div>" for n in range(12))
    document = read("a.html", f"<body><div>{around}</div><div class=post>{article}</div></body>".encode())
    assert "The format of a mark is RR:LL, with two letters a side" in document.text
    assert "1. Turn the valve-1 to the left" in document.text
    titles = [heading.title for heading in locations_of(document.metadata).headings]
    assert titles == ["Draining the pond", "Filling it again"]
    assert "Read also about" not in document.text
