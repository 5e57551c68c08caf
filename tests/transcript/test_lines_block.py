"""A new kind of block needs its lines alone: every medium draws it."""

from io import StringIO

import pytest

from bookwheel.headless.formats import PlainText
from bookwheel.headless.outlet import Outlet
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.block_list import BlockList
from bookwheel.transcript.blocks import BlockLines, LinesBlock
from bookwheel.transcript.formats.export_html import to_html
from bookwheel.transcript.formats.export_markdown import to_markdown
from bookwheel.transcript.plain_blocks import PlainBlocks
from bookwheel.tui.rows.block_rows import block_rows
from bookwheel.tui.rows.block_text import copy_text
from bookwheel.tui.rows.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyBlock(LinesBlock):
    """How often each word was found: a kind that the source does not know."""

    counts: dict[str, int]
    footer: str = ""

    def as_lines(self) -> BlockLines:
        return BlockLines("tally", [f"{word}: {count}" for word, count in self.counts.items()], self.footer)


BLOCK = TallyBlock(id="r.1", run="r", counts={"<b>wheel": 3, "*book*\x1b[31m": 2}, footer="5 words")


def test_a_kind_without_its_lines_cannot_be_made() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Silent(LinesBlock):
        pass

    with pytest.raises(TypeError, match="as_lines"):
        Silent(id="r.1", run="r")  # pyright: ignore[reportAbstractUsage] - that is the mistake


def test_the_page_wraps_the_lines_with_the_footer_below() -> None:
    rows = [row.strip.text for row in block_rows(BLOCK, 40, Look(), is_open=False)]
    assert [text[2:].rstrip() for text in rows] == ["<b>wheel: 3", "*book*␛[31m: 2", "5 words"]
    narrow = block_rows(BLOCK, 9, Look(), is_open=False)
    assert len(narrow) > 3
    assert all(row.strip.cell_length <= 9 for row in narrow)


def test_plain_text_has_the_lines_and_the_footer() -> None:
    assert PlainBlocks(str).render(BLOCK) == "<b>wheel: 3\n*book*\x1b[31m: 2\n5 words"


def test_markdown_has_a_list_in_which_nothing_is_markup() -> None:
    assert to_markdown("", [BLOCK]) == "- \\<b\\>wheel: 3\n- \\*book\\*␛\\[31m: 2\n\n*5 words*\n"


def test_html_has_a_list_in_which_nothing_is_markup() -> None:
    body = to_html("", [BLOCK]).partition("</h1>\n")[2]
    expected = '<ul class="quiet"><li>&lt;b&gt;wheel: 3</li><li>*book*␛[31m: 2</li></ul><p class="quiet">5 words</p>'
    assert body == f"{expected}\n</body></html>\n"


def test_a_copy_has_the_lines_without_the_footer() -> None:
    assert copy_text(BLOCK) == ("<b>wheel: 3\n*book*␛[31m: 2", "tally")


def test_an_editor_gets_the_lines_as_a_list() -> None:
    updates = pytest.importorskip("bookwheel.serving.acp_updates", reason="the extra `acp` is not installed")
    (message,) = updates.AcpBlocks().render(BLOCK)
    assert message.content.text == "- <b>wheel: 3\n- *book*␛[31m: 2\n\n"


async def test_ask_prints_the_lines_once_among_the_messages() -> None:
    out, err = StringIO(), StringIO()
    outlet = Outlet(out, err)
    text = PlainText(outlet, shown_path=str)
    for change in BlockList().note(BLOCK):
        text._show(change, is_over=False)
    outlet.close()
    await outlet.run(on_error=lambda: None)
    assert (out.getvalue(), err.getvalue()) == ("", "<b>wheel: 3\n*book*␛[31m: 2\n5 words\n")


@pytest.mark.parametrize("footer", ["", "5 words"])
def test_without_a_footer_there_is_no_empty_line(footer: str) -> None:
    block = TallyBlock(id="r.1", run="r", counts={"wheel": 3}, footer=footer)
    assert PlainBlocks(str).render(block).count("\n") == bool(footer)
    assert ("<p" in to_html("", [block])) == bool(footer)
    assert len(block_rows(block, 40, Look(), is_open=False)) == 1 + bool(footer)
