"""Pictures that a question names go to the model over the wire; what is not a picture is refused before."""

import base64
import io
import struct
from contextlib import aclosing
from pathlib import Path

import pypdfium2
import pytest
from tests.support.desk import Workflows, desk
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel import OpenAILike
from bookwheel.engine.index.worker.page_picture import LONGEST_SIDE, png
from bookwheel.errors import UsageError
from bookwheel.transcript.blocks import NoticeBlock


def picture(folder: Path, name: str) -> Path:
    file = folder / name
    file.write_bytes(png(bytes(12 * 4), 4, 4, stride=12, channels=3))
    return file


def empty_page() -> bytes:
    """A PDF of one page, higher than wide."""
    pdf, saved = pypdfium2.PdfDocument.new(), io.BytesIO()
    pdf.new_page(200, 300)
    pdf.save(saved)
    return saved.getvalue()


async def test_a_picture_and_a_page_of_a_pdf_reach_the_model_and_the_page_says_so(tmp_path: Path) -> None:
    plot, paper = picture(tmp_path, "my plot.png"), tmp_path / "paper.pdf"
    paper.write_bytes(empty_page())
    async with OpenAIServer() as server:
        server.replies += [say("A grey square [1].")]
        llm = OpenAILike(model="m", base_url=server.base_url, api_key="k")
        async with aclosing(llm), desk(tmp_path / "sessions", Workflows(llm=llm)) as assistant:
            run = await assistant.ask(f'What is on @"{plot}" and on @{paper}#1?')
            await assistant.wait_finished(run)
            notices = [block.text for block in assistant.sessions.transcript.blocks if isinstance(block, NoticeBlock)]
            log = Path(tmp_path / "sessions" / assistant.sessions.info.id / "events.jsonl").read_text()
    [request] = [each for each in server.requests if each.method == "POST"]
    text, *pictures = request.json["messages"][-1]["content"]
    assert "What is on" in text["text"]
    sent = [base64.b64decode(each["image_url"]["url"].partition("base64,")[2]) for each in pictures]
    assert sent[0] == plot.read_bytes()
    width, height = struct.unpack(">II", sent[1][16:24])
    assert (width < height, height) == (True, LONGEST_SIDE)
    assert "Sent with the question: " in notices[0]
    assert "paper.pdf#1" in notices[0]
    assert "base64" not in log


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("@absent.png?", "There is no picture absent.png"),
        ("what is @text.png", "text.png is not a PNG, JPEG, GIF or WebP picture"),
        ("see @paper.pdf#9", r"Page 9 of paper.pdf cannot be drawn: it has 1 pages"),
        ("see @broken.pdf#1", "Page 1 of broken.pdf cannot be drawn"),
        (" ".join(f"@{n}.png" for n in range(9)), "at most 8 pictures"),
    ],
)
async def test_what_is_not_a_picture_is_refused_with_its_name(
    question: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "paper.pdf").write_bytes(empty_page())
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    async with desk(tmp_path / "sessions") as assistant:
        with pytest.raises(UsageError, match=reason):
            await assistant.ask(question)
        assert not assistant.status.queued


async def test_other_mentions_and_addresses_are_left_alone(tmp_path: Path) -> None:
    async with desk(tmp_path / "sessions") as assistant:
        run = await assistant.ask("ask @paper.pdf, me@example.png and @papers")
        await assistant.wait_finished(run)
        with pytest.raises(UsageError, match="research takes no pictures"):
            await assistant.ask("@x.png", mode="research")
