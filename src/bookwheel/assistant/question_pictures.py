"""The pictures that a question names: `@plot.png`, `@"my plot.png"`, or a page of a PDF, `@paper.pdf#3`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.content_blocks import ImageBlock, TextBlock
from bookwheel.engine.schema import ChatMessage
from bookwheel.errors import DocumentError, UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.paths import absolute, from_home

if TYPE_CHECKING:
    from bookwheel.engine.index.worker.page_picture import PictureSource

MOST_PICTURES = 8
MAX_BYTES = 20_000_000
# A name further behind is more likely part of a pasted text than a wish.
_MAX_QUESTION = 10_000
_BLIND = "extractive"
_SEEING_MODES = ("query", "agent")

_MENTION = lazy_regex(r'(?<!\S)@(?:"([^"\n]+)"|(\S+))')
_PICTURE = lazy_regex(r"(?i)(.+\.(?:png|jpe?g|gif|webp))$")
_PAGE = lazy_regex(r"(?i)(.+\.pdf)#(?:page=)?(\d{1,5})$")
_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with a question; `name` is how the user named it."""

    name: str
    data: bytes


async def pictures_in(text: str, files: Sequence[str], model: str, mode: str) -> tuple[Picture, ...]:
    """The pictures that `text` names, in order; `files` are the documents' paths, which may be named by their ends.

    The user's own workflow gets none. Raises UsageError for one that cannot be read or is not a picture, and when the
    model or the mode takes none.
    """
    wanted = [name for name in _named(text) if _PICTURE.match(name) or _PAGE.match(name)]
    if not wanted or mode == "workflow":
        return ()
    if mode not in _SEEING_MODES:
        raise UsageError(f"The mode {mode} takes no pictures.", hint="Ask in the mode query or agent (Ctrl+T).")
    if model == _BLIND:
        raise UsageError(
            "The embedded model cannot see pictures.", hint="Choose a model that can (m), or leave the picture out."
        )
    if len(wanted) > MOST_PICTURES:
        raise UsageError(
            f"A question takes at most {MOST_PICTURES} pictures; this one names {len(wanted)}.",
            hint="Leave some of them out.",
        )
    return tuple([await _read(name, files) for name in wanted])


async def sources_of(text: str, files: Sequence[str]) -> list[PictureSource]:
    """Where the pictures are that `text` names, in order. Raises UsageError for one that is not there."""
    from bookwheel.engine.index.worker.page_picture import PictureSource

    sources: list[PictureSource] = []
    for name in _named(text)[:MOST_PICTURES]:
        page = _PAGE.match(name)
        if page is not None or _PICTURE.match(name):
            path = await asyncio.to_thread(_found, page[1] if page else name, files)
            sources.append(PictureSource(name, path, int(page[2]) if page else 0))
    return sources


def asked_with(question: str, pictures: Sequence[Picture]) -> str | ChatMessage:
    """What a workflow is asked: the question alone, or the message with its pictures."""
    if not pictures:
        return question
    return ChatMessage(blocks=[TextBlock(question), *(ImageBlock(image=picture.data) for picture in pictures)])


def sent_note(pictures: Sequence[Picture]) -> str:
    """What is sent to the model beside the question, in a line for the page."""
    if not pictures:
        return ""
    names = ", ".join(f"{picture.name} ({len(picture.data) / 1000:,.0f} kB)" for picture in pictures)
    return f"Sent with the question: {names}"


def _named(text: str) -> list[str]:
    found = _MENTION.finditer(text[:_MAX_QUESTION])
    names = (match[1] or match[2].rstrip(".,;:!?)]}") for match in found)
    return list(dict.fromkeys(name for name in names if name))


async def _read(name: str, files: Sequence[str]) -> Picture:
    page = _PAGE.match(name)
    path = await asyncio.to_thread(_found, page[1] if page else name, files)
    try:
        if page is not None:
            from bookwheel.engine.index.worker.page_picture import page_picture

            return Picture(name, await page_picture(path, int(page[2])))
        return Picture(name, await asyncio.to_thread(_picture_of, path))
    except OSError as error:
        raise UsageError(
            f"The picture {name} cannot be read: {error.strerror or error}.",
            hint="Check its permissions, or leave the picture out.",
        ) from error
    except DocumentError as error:
        raise UsageError(error.message, hint=error.hint) from error


def _found(name: str, files: Sequence[str]) -> Path:
    path = from_home(name)
    if path.is_file():
        return absolute(path)
    ends = [file for file in files if file == name or file.endswith(f"/{name}")]
    if not ends:
        raise UsageError(
            f"There is no picture {name}.", hint="Name it by its path, such as @~/plots/cost.png or @paper.pdf#3."
        )
    return Path(ends[0])


def _picture_of(path: Path) -> bytes:
    """Raises UsageError for what is not a picture that endpoints take."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"The picture {path.name} is larger than {MAX_BYTES // 1_000_000} MB.", hint="Make it smaller."
        )
    if not data.startswith(_STARTS):
        raise UsageError(f"{path.name} is not a PNG, JPEG, GIF or WebP picture.", hint="Convert it to one of these.")
    return data
