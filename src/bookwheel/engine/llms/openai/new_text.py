"""The new text in the pieces of an answer, from a provider that sends again what it has sent before.

"Room", "Room B12", "Room B12 is free."       each piece is the whole text so far (DashScope, some gateways)
"Room B12 ", "is free.", "Room B12 is free."  the last piece is the whole text once more
"\\ud83d", "\\ude00"                            the halves of one character in two pieces
"""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

# A model itself may well write "ha", "haha", or a short line twice.
_LEAST_WHOLE, _LEAST_REPEATED = 8, 24
_HALF = lazy_regex(r"[\ud800-\udbff]\Z")


class NewText:
    """Takes the pieces of one text as they came; `push` and `finish` give what is new.

    Pieces are held back only at the beginning, and only while each repeats the one before it and is still short.
    """

    def __init__(self) -> None:
        self._is_usual = False  # no piece repeats another so far, and none is held back
        self._half = ""
        self._held: list[str] = []  # from the first piece, which was given at once
        self._whole: str | None = None
        self._pieces: list[str] = []
        self._chars = 0

    def push(self, text: str) -> str:
        """The new part of this piece."""
        if self._is_usual and text.isascii() and not self._half and len(text) != self._chars:
            self._pieces.append(text)
            self._chars += len(text)
            return text
        if self._half or not text.isascii():
            text = self._joined(text)
        if not text:
            return ""
        if self._whole is not None:
            return self._extend(self._whole, text)
        if not self._chars:
            self._held = [text] if text.strip() else []
            return self._keep(text)
        if self._held:
            return self._begin(text)
        self._is_usual = True
        if len(text) == self._chars >= _LEAST_REPEATED and text == "".join(self._pieces):
            return ""
        return self._keep(text)

    def finish(self) -> str:
        """What was held back."""
        held, self._held = self._held, []
        half, self._half = self._half and "\N{REPLACEMENT CHARACTER}", ""
        if held and len(held[0]) >= _LEAST_REPEATED:
            return held[-1][len(held[0]) :] + half
        return "".join(held[1:]) + half

    def _begin(self, text: str) -> str:
        last = self._held[-1]
        if len(text) > len(last) and text.startswith(last):
            if len(self._held) > 1 and len(text) >= _LEAST_WHOLE:
                first, self._held, self._whole = self._held[0], [], text
                return text[len(first) :]
            self._held.append(text)
            return ""
        held, self._held = self._held[1:], []
        return self._keep("".join(held)) + self.push(text)

    def _extend(self, whole: str, text: str) -> str:
        if text.startswith(whole):
            self._whole = text
            return text[len(whole) :]
        return text

    def _keep(self, text: str) -> str:
        self._pieces.append(text)
        self._chars += len(text)
        return text

    def _joined(self, text: str) -> str:
        text, self._half = self._half + text, ""
        if _HALF.search(text) is not None:
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
