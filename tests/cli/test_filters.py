"""`--in`, `--type`, `--since` and `--until`: which of the documents are asked."""

import json
from pathlib import Path

import pytest
from tests.cli.program import bookwheel

PAGE = """<html><head><meta name="author" content="Ada Lovelace">
<meta property="article:published_time" content="2019-05-06T07:08Z"><title>The mill of 2019</title></head>
<body><p>The mill wheel turns at four revolutions a minute.</p></body></html>
"""
LETTER = "---\ndate: 2024-02-29\n---\nThe mill wheel turns at six revolutions a minute.\n"


@pytest.fixture
def mills(notes: Path) -> Path:
    """Three documents about mills: of no date, of 2019 and of 2024."""
    (notes / "old").mkdir()
    (notes / "old" / "page.html").write_text(PAGE)
    (notes / "letter.md").write_text(LETTER)
    return notes


async def found(mills: Path, *options: str) -> list[str]:
    ended = await bookwheel("search", "--json", *options, "mill wheel turns", str(mills))
    assert (ended.code, ended.err) == (0, "")
    return sorted(Path(json.loads(line)["path"]).name for line in ended.lines)


async def test_search_finds_only_selected_documents(mills: Path) -> None:
    assert await found(mills) == ["letter.md", "mill.md", "page.html"]
    assert await found(mills, "--in", str(mills / "old")) == ["page.html"]
    assert await found(mills, "--in", "old", "--in", str(mills / "letter.md")) == ["letter.md", "page.html"]
    assert await found(mills, "--type", "html") == ["page.html"]
    assert await found(mills, "--type", "md", "--since", "2024-02-29", "--until", "2024-02") == ["letter.md"]
    assert await found(mills, "--until", "2023") == ["page.html"]
    (mills / "tagged.md").write_text("---\ntags: [Wheels/slow]\n---\nThe mill wheel turns slowly.\n")
    assert await found(mills, "--tag", "wheels") == ["tagged.md"]


async def test_a_passage_has_title_author_and_date_of_its_document(mills: Path) -> None:
    (line,) = (await bookwheel("search", "--json", "--type", "html", "mill", str(mills))).lines
    passage = json.loads(line)
    told = {key: passage[key] for key in ("title", "author", "date")}
    assert told == {"title": "The mill of 2019", "author": "Ada Lovelace", "date": "2019-05-06"}


async def test_an_answer_comes_from_the_selected_documents_and_the_log_says_so(mills: Path) -> None:
    asked = "How fast does the mill wheel turn?"
    ended = await bookwheel("ask", "--json", asked, str(mills), "--in", "old", "--since", "2019", cwd=mills)
    events = [json.loads(line) for line in ended.lines]
    assert ended.code == 0
    assert events[0]["data"]["filter"] == {"in": [f"{mills}/old/"], "since": "2019-01-01"}
    assert "four revolutions" in events[-1]["data"]["response"]
    assert {Path(cited["path"]).name for cited in events[-1]["data"]["citations"]} == {"page.html"}
    shown = await bookwheel("sessions", "show", "last")
    assert "in old/ · since 2019" in shown.out


async def test_the_agent_searches_only_the_selected_documents(mills: Path) -> None:
    ended = await bookwheel(
        "ask", "--agent", "--json", "How fast does the mill wheel turn?", str(mills), "--type", "html"
    )
    sources = [json.loads(line)["data"] for line in ended.lines if '"Retrieval"' in line]
    assert ended.code == 0
    assert {Path(node["path"]).name for data in sources for node in data["nodes"]} == {"page.html"}


async def test_the_documents_used_last_are_narrowed(mills: Path) -> None:
    await bookwheel("ask", "How fast does the mill wheel turn?", str(mills))
    ended = await bookwheel("search", "--json", "mill", "--in", "notes/old")
    assert [Path(json.loads(line)["path"]).name for line in ended.lines] == ["page.html"]


@pytest.mark.parametrize("verb", ["ask", "search"])
async def test_a_filter_that_matches_nothing_is_reported_and_ends_with_3(mills: Path, verb: str) -> None:
    ended = await bookwheel(verb, "mill", "notes", "--type", "pdf", "--since", "2024", cwd=mills.parent)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("No documents match: pdf · since 2024 (of notes).\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--type", "dox"], "csv, docx, drawio, email"),
        (["--since", "yesterday"], "2024-03-01"),
        (["--until", "2024-02-30"], "is not a date"),
        (["--in", "nowhere"], "no file or folder 'nowhere'"),
        (["--in", "/"], ""),
    ],
)
async def test_an_invalid_filter_is_wrong_usage(mills: Path, options: list[str], said: str) -> None:
    ended = await bookwheel("search", "mill", str(mills), *options)
    assert ended.code == (2 if said else 0)
    assert said in ended.err


async def test_a_filter_outside_the_documents_is_wrong_usage(mills: Path, tmp_path: Path) -> None:
    ended = await bookwheel("ask", "mill?", str(mills / "old"), "--in", str(mills / "letter.md"))
    assert (ended.code, ended.out) == (2, "")
    assert "not in the library" in ended.err
