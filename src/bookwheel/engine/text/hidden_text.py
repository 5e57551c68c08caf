"""Characters that no reader sees and a model does."""

from __future__ import annotations

import re

# Tags, blanks of no width and marks that turn the writing around.
_HIDDEN = re.compile("[\U000e0000-\U000e007f\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u00ad]")


def without_hidden(text: str) -> str:
    """The text without characters that no reader would see and that could smuggle orders to a model."""
    return text if text.isascii() else _HIDDEN.sub("", text)
