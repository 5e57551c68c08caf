"""Pictures of a question are drawn in the cells of the terminal; where it has few colours, their name stands."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from tests.support.desk_app import running_app

from bookwheel.engine.index.worker.page_picture import PictureSource, png, small_picture
from bookwheel.errors import DocumentError
from bookwheel.tui.rows.picture_rows import UPPER_HALF
from bookwheel.tui.screens.picture_screen import FEW_COLORS, PictureCanvas, pictures_of

RED, BLUE = b"\xf8\x00\x00", b"\x00\x00\xf8"


def half_red_half_blue(file: Path) -> None:
    """A red row of 4 pixels above a blue one, then two red rows."""
    file.write_bytes(png(RED * 4 + BLUE * 4 + RED * 8, 4, 4, stride=12, channels=3))


def pdf_of_two_pages(file: Path) -> None:
    pdf, saved = pypdfium2.PdfDocument.new(), io.BytesIO()
    pdf.new_page(200, 300)
    pdf.new_page(200, 300)
    pdf.save(saved)
    file.write_bytes(saved.getvalue())


def drawn(canvas: PictureCanvas) -> list[tuple[str, str, str]]:
    """Each run of cells: its text, the colour of its upper and of its lower half."""
    styles = [(text, style) for row in canvas.rows for text, style, _ in row if style is not None]
    return [
        (text, style.color.name if style.color else "", style.bgcolor.name if style.bgcolor else "")
        for text, style in styles
    ]


async def test_the_pictures_of_a_question_are_drawn_two_pixels_a_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.chdir(tmp_path)
    half_red_half_blue(tmp_path / "plot.png")
    pdf_of_two_pages(tmp_path / "paper.pdf")
    async with running_app(tmp_path, size=(80, 24)) as desk:
        await desk.ask("What is on @plot.png and on @paper.pdf#2?")
        await desk.until_sees("Sliding windows are cheaper")
        await desk.press("escape", "I")
        await desk.until(lambda: list(desk.app.screen.query(PictureCanvas)))
        canvas = desk.app.screen.query_one(PictureCanvas)
        await desk.until(lambda: len(canvas.rows) == 2, "the picture is drawn")
        assert drawn(canvas) == [(UPPER_HALF * 4, "#f80000", "#0000f8"), ("    ", "", "#f80000")]
        assert desk.sees("1/2")
        await desk.press("n")
        # A page higher than wide fills the height: 22 rows of 44 pixels.
        await desk.until(lambda: len(canvas.rows) >= 21, "the page of the PDF is drawn")
        assert {cell[2] for cell in drawn(canvas)} == {"#ffffff"}
        desk.app.ansi_color = True
        await desk.press("N")
        await desk.until_sees(FEW_COLORS)
        assert desk.sees("plot.png, 0 kB")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)


async def test_a_broken_picture_and_one_of_too_many_pixels_say_so(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG not at all")
    (tmp_path / "bomb.png").write_bytes(png(b"", 60_000, 60_000, stride=0, channels=3))
    for name, reason in (("broken.png", "cannot identify"), ("bomb.png", "exceeds limit")):
        with pytest.raises(DocumentError, match=f"{name} cannot be drawn: .*{reason}"):
            await small_picture(PictureSource(name, tmp_path / name), 20, 20)


async def test_a_picture_without_pillow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half_red_half_blue(tmp_path / "plot.png")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/PIL.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hidden"))
    with pytest.raises(DocumentError, match=r"optional part 'ocr'.*pip install 'bookwheel\[ocr\]'"):
        await small_picture(PictureSource("plot.png", tmp_path / "plot.png"), 20, 20)


def test_the_pages_of_a_pdf_and_picture_files_can_be_drawn() -> None:
    assert [source.page for source in pictures_of("/a/paper.pdf", 3)] == [1, 2, 3]
    assert pictures_of("/a/scan.png", 1) == [PictureSource("scan.png", Path("/a/scan.png"))]
    assert pictures_of("/a/notes.md", 0) == pictures_of("https://example.org/x.pdf", 9) == []
