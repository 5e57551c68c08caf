"""Turns `how-bookwheel-works.md` into the one PDF among the bundled samples; a line `---` begins a new page.

It needs fpdf2, which nothing else here does: `pip install fpdf2` in an environment of its own, then commit the PDF.
"""

from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

SOURCE = Path(__file__).resolve().parent / "how-bookwheel-works.md"
TARGET = SOURCE.parent.parent / "src" / "bookwheel" / "samples" / "how-bookwheel-works.pdf"


def main() -> None:
    pdf = FPDF(format="A5")
    pdf.set_title("How Bookwheel works")
    pdf.set_author("Bookwheel")
    pdf.set_creation_date(datetime(2026, 11, 23, tzinfo=UTC))
    pdf.set_margins(18, 18)
    for page in SOURCE.read_text(encoding="utf-8").split("\n---\n"):
        pdf.add_page()
        for paragraph in page.strip().split("\n\n"):
            _write(pdf, paragraph.replace("\n", " "))
    pdf.output(str(TARGET))


def _write(pdf: FPDF, paragraph: str) -> None:
    heading = paragraph.startswith("#")
    pdf.set_font("Times", style="B" if heading else "", size=13 if heading else 11)
    pdf.multi_cell(0, 8 if heading else 5.5, paragraph.lstrip("# "), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1 if heading else 2)


if __name__ == "__main__":
    main()
