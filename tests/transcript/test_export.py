"""Exports: all text, numbered sources, and nothing that a terminal or a browser would execute."""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import SessionError, UsageError
from bookwheel.transcript.export import exported, write_export
from bookwheel.transcript.inert_markdown import inert_markdown

REPO = Path(__file__).resolve().parents[2]
HOSTILE = (REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared")).resolve() / "hostile" / "terminal_payloads.json"


def session(text: str) -> list[EventRecord]:
    """A run in which `text` stands in every place that text from outside can reach."""
    node: JsonObject = {
        "number": 1, "node_id": text, "path": f"/papers/{text}.md", "page": 3, "start_char_idx": 120,
        "end_char_idx": 480, "text": text, "score": 1.0,
    }  # fmt: skip
    events: list[tuple[str, JsonObject]] = [
        ("RunStarted", {"user_msg": text, "mode": "agent", "model": text}),
        ("Retrieval", {"query": text, "nodes": [node]}),
        ("AgentStream", {"thinking_delta": text, "delta": f"So **it** is [1].\n\n{text}\n"}),
        ("ToolCall", {"tool_name": text, "tool_kwargs": {text: text}, "tool_id": "1"}),
        ("InputRequiredEvent", {"prefix": text, "request_id": "q"}),
        ("HumanResponseEvent", {"response": text, "request_id": "q"}),
        ("ToolCallResult", {"tool_name": text, "tool_id": "1", "tool_output": {"content": text, "is_error": True}}),
        (text or "X", {"data": text}),
        ("RunFinished", {"status": "failed", "response": text, "citations": [node],
                         "error": {"type": "X", "message": text, "hint": text}}),
    ]  # fmt: skip
    return [EventRecord(seq, 1e9 + seq, "r1", type_, data) for seq, (type_, data) in enumerate(events, start=1)]


def payloads() -> list[str]:
    own = [
        "plain", "</pre><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>', "```\nfence",
        "[x](javascript:alert(1))", "![x](http://evil.test/i.png)", '[x](http://ok.test/a?b="c)', "<a href='x'>",
        "[x](smb://evil.test/share)", "<mailto:a@evil.test>", "[x](//evil.test)",
    ]  # fmt: skip
    if not HOSTILE.exists():
        return own
    shared = json.loads(HOSTILE.read_text("utf-8"))
    return own + [payload["text_escaped"].encode("ascii").decode("unicode_escape") for payload in shared]


class Tags(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


@pytest.mark.fault("T1")
@pytest.mark.parametrize("text", payloads(), ids=range(len(payloads())))
def test_no_export_carries_anything_active(text: str) -> None:
    records = session(text)
    for format_ in ("md", "html", "json"):
        out = exported(format_, text, records)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", out)
    tags = Tags()
    tags.feed(exported("html", text, records))
    assert not tags.tags & {"script", "img", "iframe", "link", "object", "form", "base", "svg"}
    for name, value in tags.attributes:
        assert not name.startswith("on")
        assert name != "src"
        if name == "href":
            assert re.match(r"https?://|#", value or "")


def test_json_is_the_event_log_itself() -> None:
    records = session("plain")
    assert exported("json", "t", records).splitlines() == [record.to_line() for record in records]


def test_sources_stand_numbered_below_the_answer() -> None:
    markdown = exported("md", "A title", session("plain"))
    assert markdown.startswith("# A title\n")
    assert "So **it** is [1]." in markdown
    answer, source = markdown.index("So **it**"), markdown.index("\\[1\\] /papers/plain.md, page 3, characters 120-480")
    assert answer < source
    page = exported("html", "A title", session("plain"))
    assert "<strong>it</strong>" in page
    assert 'href="#r1-1"' in page
    assert 'id="r1-1"' in page
    assert "default-src 'none'" in page


def test_an_export_of_a_refusal_calls_the_nearest_passages_so() -> None:
    data: list[tuple[str, JsonObject]] = [
        ("RunStarted", {"user_msg": "What?", "mode": "query", "model": "m"}),
        ("Retrieval", {"query": "What?", "nodes": [{"number": 1, "path": "/notes/mill.md", "text": "The mill."}]}),
        ("AgentStream", {"delta": "They do not say."}),
        ("RunFinished", {"status": "completed", "response": "They do not say.", "supported": False}),
    ]
    records = [EventRecord(seq, 1000.0 + seq, "r1", type_, fields) for seq, (type_, fields) in enumerate(data, start=1)]
    for format_ in ("md", "html"):
        text = exported(format_, "A title", records)
        assert text.index("They do not say.") < text.index("The nearest passages:") < text.index("/notes/mill.md")


def test_an_export_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("old")
    assert write_export("html", target, "t", session("plain")) == target
    assert target.read_text().startswith("<!doctype html>")
    with pytest.raises(UsageError, match="docx"):
        write_export("docx", target, "t", [])
    with pytest.raises(SessionError, match="nowhere"):
        write_export("md", tmp_path / "nowhere" / "x.md", "t", [])
    assert [file.name for file in tmp_path.iterdir()] == ["out.html"]


INERT = [
    ("![x](http://evil.test/?q=1)", "\\![x](http://evil.test/?q=1)"),
    ("![x][r]\n\n[r]: http://evil.test/i.png", "\\![x][r]\n\n[r]: http://evil.test/i.png"),
    ("a <img src=http://evil.test> b", "a \\<img src=http://evil.test> b"),
    ("<!-- x --> <?y?> </b>", "\\<!-- x --> \\<?y?> \\</b>"),
    ("see <https://ok.test/a> and 1 < 2", "see <https://ok.test/a> and 1 < 2"),
    ("`![x](y)` and `` <b>`x` ``", "`![x](y)` and `` <b>`x` ``"),
    ("```html\n<img src=x>\n```\n![x](y)", "```html\n<img src=x>\n```\n\\![x](y)"),
    ("- item\n\n      <code>\n\n  ![x](y)", "- item\n\n      <code>\n\n  \\![x](y)"),
    # What only seems to be code: an escaped backtick, one that nothing closes, one in another cell or another block.
    ("\\`![x](y)`", "\\`\\![x](y)`"),
    ("`![x](y)", "`\\![x](y)"),
    ("`a\n\n![x](y) `", "`a\n\n\\![x](y) `"),
    ("|a`|![x](y)|b`|\n|-|-|-|\n|c`|![x](y)|d`|", "|a`|\\![x](y)|b`|\n|-|-|-|\n|c`|\\![x](y)|d`|"),
    ('<a title="`"> ![x](y) <a title="`">', '\\<a title="`"> ![x](y) <a title="`">'),
    ("<https://a`b> ![x](y) <https://a`b>", "<https://a`b> \\![x](y) <https://a`b>"),
]


@pytest.mark.fault("I2")
@pytest.mark.parametrize(("text", "inert"), INERT)
def test_a_markdown_export_fetches_nothing_when_it_is_viewed(text: str, inert: str) -> None:
    assert inert_markdown(text) == inert
    viewer = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    shown = viewer.render(exported("md", "t", session(text)))
    assert "<img" not in shown
    assert "evil.test" not in "".join(re.findall(r'src="[^"]*"', shown))


@pytest.mark.fault("I2")
@given(st.text(alphabet='![]()<>`\\| \n-ab"/', max_size=60))
def test_no_viewer_finds_an_image_or_html_in_an_inert_text(text: str) -> None:
    viewer = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = viewer.parse(inert_markdown(text))
    inlines = [child for token in tokens for child in token.children or []]
    assert not [token for token in [*tokens, *inlines] if token.type in ("image", "html_block", "html_inline")]
