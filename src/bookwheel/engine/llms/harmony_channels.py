"""The channels of the harmony format in the text of an answer: `final` is the answer, all others are thoughts.

<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>The answer
<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"query": "…"}<|call|>     a call of a tool
"""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex


class HarmonyReader:
    """Reads the channels of the harmony format: the text of `final` is the answer, all others are thoughts."""

    _TOKEN = lazy_regex(r"<\|([a-z_]{1,16})\|>")
    _MAY_BECOME_TOKEN = lazy_regex(r"<(?:\|(?:[a-z_]{0,16}\|?)?)?\Z")
    _RECIPIENT = lazy_regex(r"\bto=([\w.:-]+)")

    def __init__(self) -> None:
        self._held = ""
        self._header = ""
        self._part = ""
        self._is_final = False
        self._recipient = ""
        self._calls: list[tuple[str, list[str]]] = []

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The tools that parts of the text are addressed to, each with its arguments as the model wrote them."""
        return [(name, "".join(arguments)) for name, arguments in self._calls]

    def push(self, text: str) -> tuple[str, str]:
        """(answer, thought) that `text` brings."""
        text, self._held = self._held + text, ""
        if (rest := self._MAY_BECOME_TOKEN.search(text)) is not None:
            self._held, text = text[rest.start() :], text[: rest.start()]
        answer: list[str] = []
        thought: list[str] = []
        at = 0
        for token in self._TOKEN.finditer(text):
            self._take(text[at : token.start()], answer, thought)
            self._enter(token[1])
            at = token.end()
        self._take(text[at:], answer, thought)
        return "".join(answer), "".join(thought)

    def finish(self) -> tuple[str, str]:
        """What was held back."""
        answer: list[str] = []
        thought: list[str] = []
        held, self._held = self._held, ""
        self._take(held, answer, thought)
        return "".join(answer), "".join(thought)

    def _enter(self, token: str) -> None:
        if token == "message":
            named = self._RECIPIENT.search(self._header)
            self._is_final = "final" in self._header.split()
            self._recipient = named[1] if named is not None else ""
            if self._recipient:
                self._calls.append((self._recipient, []))
            self._header = ""
        elif token in ("start", "channel"):
            # The recipient stands behind the role or behind the channel.
            self._header = "" if token == "start" else f"{self._header} "
        self._part = token

    def _take(self, text: str, answer: list[str], thought: list[str]) -> None:
        if self._part in ("start", "channel"):
            self._header += text
        elif self._part == "message" and self._recipient:
            self._calls[-1][1].append(text)
        elif self._part == "message":
            (answer if self._is_final else thought).append(text)
