"""The parts of a chat message: text, and pictures for models that see."""

from __future__ import annotations

from binascii import b2a_base64  # `base64` takes 0.5 ms to import
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from bookwheel.engine.model_like import ModelLike
from bookwheel.lazy_dataclass import dataclass

# The first bytes of the picture formats that endpoints take.
_KINDS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
_DEFAULT_KIND = "image/png"


@dataclass(slots=True)
class TextBlock(ModelLike):
    """A piece of text in a message."""

    text: str = ""
    block_type: Literal["text"] = "text"

    def __repr__(self) -> str:
        return f"TextBlock(block_type={self.block_type!r}, text={self.text!r})"

    def __model_fields__(self) -> dict[str, Any]:
        return {"block_type": self.block_type, "text": self.text}


@dataclass(slots=True)
class ImageBlock(ModelLike):
    """A picture in a message: its bytes in `image` (kept as base64), or its file, or its URL.

    `detail` is the endpoint's "low", "high" or "auto". The file is read when the message is sent.
    """

    image: bytes | str | None = field(default=None, repr=False)
    path: str | Path | None = None
    url: str | None = None
    image_mimetype: str | None = None
    detail: str | None = None
    block_type: Literal["image"] = "image"

    def __post_init__(self) -> None:
        if not (self.image or self.path or self.url):
            raise ValueError("An ImageBlock needs image=, path= or url=.")
        if self.url is not None:
            self.url = str(self.url)
        if isinstance(self.image, bytes) and (kind := _kind_of(self.image)) is not None:
            self.image_mimetype = self.image_mimetype or kind
            self.image = b2a_base64(self.image, newline=False)

    @property
    def is_unread(self) -> bool:
        """Whether its file is still to be read."""
        return self.url is None and self.image is None

    def read(self) -> None:
        """Read its file; blocks. Raises ValueError, naming the file, when it cannot be read."""
        if not self.is_unread:
            return
        try:
            data = Path(str(self.path)).read_bytes()
        except OSError as error:
            raise ValueError(f"The picture {self.path} cannot be read: {error.strerror}.") from error
        self.image_mimetype = self.image_mimetype or _kind_of(data)
        self.image = b2a_base64(data, newline=False)

    def sent_url(self) -> str:
        """The URL that an endpoint is given: the picture's own, or its bytes as a data URL (see `read`)."""
        if self.url:
            return self.url
        data = self.image or ""
        text = data if isinstance(data, str) else data.decode("ascii")
        return f"data:{self.image_mimetype or _DEFAULT_KIND};base64,{text}"

    def __model_fields__(self) -> dict[str, Any]:
        image = self.image.decode("ascii") if isinstance(self.image, bytes) else self.image
        return {
            "block_type": self.block_type,
            "image": image,
            "path": None if self.path is None else str(self.path),
            "url": self.url,
            "image_mimetype": self.image_mimetype,
            "detail": self.detail,
        }


ContentBlock: TypeAlias = TextBlock | ImageBlock


def content_blocks(blocks: Iterable[ContentBlock | Mapping[str, Any]]) -> list[ContentBlock]:
    """The blocks of a message, made of dictionaries where they are some; ValueError for a kind that is not known."""
    if not isinstance(blocks, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
        raise ValueError(f"The content of a message must be a text or a list of blocks, not {blocks!r:.80}.")
    return [_block(block) for block in blocks]


def text_of(blocks: Iterable[ContentBlock]) -> str:
    """The text blocks, a line each."""
    return "\n".join(block.text for block in blocks if isinstance(block, TextBlock))


def with_text(blocks: list[ContentBlock], text: str | None) -> list[ContentBlock]:
    """The blocks with another text before the pictures; themselves when the text is theirs."""
    if text is None or text == text_of(blocks):
        return blocks
    return [TextBlock(text), *(block for block in blocks if not isinstance(block, TextBlock))]


def _block(block: ContentBlock | Mapping[str, Any]) -> ContentBlock:
    if isinstance(block, (TextBlock, ImageBlock)):
        return block
    if isinstance(block, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
        if isinstance(block.get("text"), str):
            return TextBlock(block["text"])
        if block.get("block_type") == "image":
            return ImageBlock(**block)
    raise ValueError(f"Only text and image blocks are known in a message, not {_named(block)}.")


def _named(block: object) -> str:
    return str(block.get("block_type")) if isinstance(block, Mapping) else type(block).__name__  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _kind_of(data: bytes) -> str | None:
    return next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
