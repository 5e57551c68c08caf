"""The sources of a session as BibTeX and CSL-JSON: what the documents say of themselves, and nothing else."""

from __future__ import annotations

import json

from bookwheel.engine.index.bibliography import cited_sources, to_bibtex, to_csl
from bookwheel.engine.index.source_facts import SourceFacts, facts_in
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import Document, JsonObject, JsonValue
from bookwheel.transcript.export import exported

PAPER = "/papers/windows.pdf"


def answered(*cited: tuple[str, int | None], t: float = 1_700_000_000.0) -> list[EventRecord]:
    citations: list[JsonValue] = [
        {
            "number": n,
            "node_id": str(n),
            "path": path,
            "page": page,
            "start_char_idx": 0,
            "end_char_idx": 1,
            "text": "x",
        }
        for n, (path, page) in enumerate(cited, start=1)
    ]
    data: JsonObject = {"status": "completed", "response": "So [1].", "citations": citations}
    return [EventRecord(1, t, "r1", "RunFinished", data)]


def berg(_path: str) -> SourceFacts:
    return SourceFacts(
        title="Windows & doors: 50% of {all}", authors=("Anna Berg", "Klein, Otto"), date="2024-03", doi="10.1000/x_1"
    )


def test_a_source_is_listed_once_with_all_its_cited_pages() -> None:
    (source,) = cited_sources([*answered((PAPER, 7)), *answered((PAPER, 2), (PAPER, 7))])
    assert source.pages == (2, 7)


def test_bibtex_has_the_facts_with_its_special_characters_escaped() -> None:
    entry = to_bibtex(cited_sources(answered((PAPER, 3)), berg))
    assert entry.startswith("@misc{berg2024windows,\n")
    assert r"title = {{Windows \& doors: 50\% of \{all\}}}," in entry
    assert "author = {Anna Berg and Klein, Otto}," in entry
    assert "doi = {10.1000/x_1}," in entry
    assert "note = {Cited: p. 3}," in entry
    assert "/papers" not in entry


def test_two_sources_never_share_a_key() -> None:
    sources = cited_sources(answered((PAPER, 1), ("/other/windows.pdf", 1)), berg)
    assert [line for line in to_bibtex(sources).split("\n") if line.startswith("@")] == [
        "@misc{berg2024windows,",
        "@misc{berg2024windowsb,",
    ]


def test_csl_has_names_in_parts_and_dates_as_exact_as_they_are_known() -> None:
    (item,) = json.loads(to_csl(cited_sources(answered((PAPER, None)), berg)))
    assert item["author"] == [{"family": "Berg", "given": "Anna"}, {"family": "Klein", "given": "Otto"}]
    assert item["issued"] == {"date-parts": [[2024, 3]]}
    assert (item["DOI"], item["type"]) == ("10.1000/x_1", "document")


def test_an_unknown_document_has_its_file_name_and_no_made_up_facts() -> None:
    (item,) = json.loads(exported("csl", "", answered((PAPER, None))))
    assert item == {"id": "windows", "type": "document", "title": "windows.pdf"}


def test_a_web_page_has_its_address_and_the_day_on_which_it_was_seen() -> None:
    entry = exported("bib", "", answered(("https://example.org/a_b", None)))
    assert "@online{" in str(entry)
    assert "url = {https://example.org/a_b}," in str(entry)
    assert "urldate = {2023-11-14}," in str(entry)


def pdf(text: str, **metadata: JsonValue) -> Document:
    return Document(text=text, metadata={"file_type": "pdf", **metadata})


def test_the_metadata_of_a_pdf_count_only_where_its_first_page_says_them() -> None:
    text = "Sliding Windows\nAnna Berg\ndoi:10.1000/abc.5. arXiv: 2401.12345v2\n\nText."
    facts = facts_in(pdf(text, title="Sliding windows", author="Anna Berg", date="2024"))
    assert facts == SourceFacts(
        title="Sliding windows", authors=("Anna Berg",), date="2024", doi="10.1000/abc.5", arxiv="2401.12345v2"
    )
    lying = facts_in(pdf(text, title="untitled-3.doc", author="EDGAR Online"))
    assert (lying.title, lying.authors) == ("", ())


def test_a_doi_of_a_later_page_is_not_that_of_the_document() -> None:
    first = "Sliding windows. " * 20
    assert facts_in(pdf(f"{first}doi:10.1000/other", page_starts=[0, len(first)])).doi == ""


def test_authors_are_separated_and_a_name_with_a_comma_is_one() -> None:
    def authors(text: str) -> tuple[str, ...]:
        return facts_in(Document(text="", metadata={"author": text})).authors

    assert authors("Anna Berg; Otto Klein") == ("Anna Berg", "Otto Klein")
    assert authors("Anna Berg and Otto Klein") == ("Anna Berg", "Otto Klein")
    assert authors("Anna Berg, Otto Klein") == ("Anna Berg", "Otto Klein")
    assert authors("Berg, Anna") == ("Berg, Anna",)
