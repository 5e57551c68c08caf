"""A key that is not shown by accident, in a repr, a traceback or a log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_SHOWN_AS = "(hidden)"
# The shape of keys in text from outside: error bodies of providers, headers, URLs.
_KEY_SHAPES = lazy_regex(r"\b(?:sk|tvly|gsk|xai|pk|hf)[-_][A-Za-z0-9_\-]{8,}|(?i:bearer)\s+\S+")


@dataclass(frozen=True, slots=True)
class Secret:
    """A key; false when it is empty. Only `reveal` returns its text."""

    _text: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return f"Secret({_SHOWN_AS if self._text else ''})"

    __str__ = __repr__

    def reveal(self) -> str:
        return self._text


def checked_secret(text: str, origin: str) -> Secret:
    """`text` as a key; `origin` is its source, for the error message.

    Raises ConfigError for control and non-ASCII characters: in an HTTP header they would be an injection.
    """
    key = text.strip()
    if not all("!" <= character <= "~" for character in key):
        raise ConfigError(
            f"The key from {origin} holds a space, a line break or another character that keys do not have.",
            hint="Copy the key again; it is one word of letters, digits and signs.",
        )
    return Secret(key)


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without the `secrets` and without anything else that has the shape of a key."""
    for secret in secrets:
        if secret:
            text = text.replace(secret.reveal(), _SHOWN_AS)
    return _KEY_SHAPES.sub(_SHOWN_AS, text)
