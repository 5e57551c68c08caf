"""The content of a document or passage together with its metadata, with LlamaIndex's names and defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, Self, cast

from bookwheel.engine.model_like import ModelLike, known_fields

METADATA_TEMPLATE = "{key}: {value}"
METADATA_SEPARATOR = "\n"
TEXT_TEMPLATE = "{metadata_str}\n\n{content}"
EXAMPLE_TEXT = (
    "The bookwheel is a reading desk that turns. Agostino Ramelli drew it in 1588: a wheel holds many open books, and "
    "a reader who sits before it turns to the one that is wanted, without getting up."
)
# The key under which a reader says what it did not bring in.
REMARKS = "remarks"
# What names the place of a passage beside its page; the event log keeps it.
SURROUNDINGS = ("title", "heading", "columns", "date")
# The key in a passage of a table that has rows in passages that were not found.
MORE_ROWS = "more_rows"
# Offsets into the text, which say nothing without it, and what is for the reader alone.
_NOT_SHOWN = frozenset({"page_starts", "headings", "tables", REMARKS, MORE_ROWS})


class MetadataMode(StrEnum):
    """Whom the metadata is for: the excluded keys differ. `NONE` leaves it out."""

    ALL = "all"
    EMBED = "embed"
    LLM = "llm"
    NONE = "none"


# As LlamaIndex prints them.
_SHOWN_CHARS = 350


class _Described(Protocol):
    text: str

    @property
    def id_(self) -> str: ...
    @property
    def metadata(self) -> Mapping[str, object]: ...
    @property
    def excluded_llm_metadata_keys(self) -> Sequence[str]: ...
    @property
    def excluded_embed_metadata_keys(self) -> Sequence[str]: ...
    @property
    def metadata_template(self) -> str: ...

    metadata_separator: str

    @property
    def text_template(self) -> str: ...


class MetadataText(ModelLike):
    """The methods that documents and passages share."""

    __slots__ = ()

    def __post_init__(self: _Described) -> None:
        """Raises ValueError, naming it, for a text or metadata that is not one."""
        kind = type(self).__name__
        if not isinstance(self.text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise ValueError(f"{kind}.text must be a text, not {self.text!r:.80}.")
        if not isinstance(self.metadata, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise ValueError(f"{kind}.metadata must be a dictionary, not {self.metadata!r:.80}.")

    def __model_fields__(self) -> dict[str, Any]:
        return {**super().__model_fields__(), "class_name": self.class_name()}

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Self:
        # What LlamaIndex dumps has more fields, such as `class_name` and `mimetype`.
        return cls(**known_fields(cls, values))

    @property
    def hash(self: _Described) -> str:
        """SHA-256 of the text, hexadecimal."""
        import hashlib

        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def class_name(cls) -> str:
        """The name of the class."""
        return cls.__name__

    def __str__(self: _Described) -> str:
        import textwrap

        text = self.text.strip()
        shown = text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 3]}..."
        kind = "Doc" if type(self).__name__ == "Document" else "Node"
        return f"{kind} ID: {self.id_}\n{textwrap.fill(f'Text: {shown}', width=70)}"

    def get_doc_id(self: _Described) -> str:
        """LlamaIndex's older name for a document's id."""
        return self.id_

    def to_dict(self, **options: Any) -> dict[str, Any]:
        """The fields as a dictionary, with the name of the class."""
        return self.model_dump(**options)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], **fields: Any) -> Self:
        """An instance of what `to_dict` gives, with these fields changed."""
        return cls.model_validate({**data, **fields})

    def to_json(self, **options: Any) -> str:
        """As `to_dict`, as JSON text."""
        import json

        return json.dumps(self.to_dict(mode="json", **options))

    @classmethod
    def from_json(cls, data: str, **fields: Any) -> Self:
        """An instance of what `to_json` gives."""
        import json

        return cls.from_dict(json.loads(data), **fields)

    def set_content(self: _Described, value: str) -> None:
        """Replace the text."""
        self.text = value

    def get_text(self: _Described) -> str:
        """The text alone."""
        return self.text

    def get_content(self: _Described, metadata_mode: MetadataMode | str = MetadataMode.NONE) -> str:
        """The text, with the metadata for `metadata_mode` before it."""
        shown = metadata_text(self, MetadataMode(metadata_mode))
        return self.text_template.format(content=self.text, metadata_str=shown).strip() if shown else self.text

    @property
    def metadata_seperator(self: _Described) -> str:
        """LlamaIndex's spelling of `metadata_separator`."""
        return self.metadata_separator

    @metadata_seperator.setter
    def metadata_seperator(self: _Described, separator: str) -> None:
        self.metadata_separator = separator

    def get_metadata_str(self: _Described, mode: MetadataMode | str = MetadataMode.ALL) -> str:
        """One line for each key of the metadata that is not excluded in this mode."""
        return metadata_text(self, MetadataMode(mode))


def metadata_text(node: _Described, mode: MetadataMode) -> str:
    """The metadata of a document or passage as one text; "" for `NONE`."""
    match mode:
        case MetadataMode.NONE:
            return ""
        case MetadataMode.LLM:
            excluded = node.excluded_llm_metadata_keys
        case MetadataMode.EMBED:
            excluded = node.excluded_embed_metadata_keys
        case MetadataMode.ALL:
            excluded = ()
    shown = {key: value for key, value in node.metadata.items() if key not in excluded and key not in _NOT_SHOWN}
    return node.metadata_separator.join(
        node.metadata_template.format(key=key, value=str(value)) for key, value in shown.items()
    )


def remarks_of(metadata: Mapping[str, object]) -> tuple[str, ...]:
    """The remarks in the metadata of a document or passage; a malformed one counts as absent."""
    remarks = metadata.get(REMARKS)
    if not isinstance(remarks, (list, tuple)):
        return ()
    return tuple(line for line in cast("Sequence[object]", remarks) if isinstance(line, str))
