"""Tokens that begin and end a turn, left in the text of an answer by an endpoint, taken out while the answer streams.

<|im_start|>assistant The answer<|im_end|>       ChatML; also those of Llama, Gemma, Mistral, DeepSeek and others
The answer<|im_end|><|im_start|>user …           what follows is a turn that the model made up
"""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

_BEGIN = lazy_regex(
    r"\s*(?:<s>\s*|<\|begin_of_text\|>\s*|<think(?:ing)?\s?/>\s*)?"
    r"(?:<\|im_start\|>\s*assistant\s*\n|<\|start_header_id\|>assistant<\|end_header_id\|>\s*"
    r"|<\|assistant\|>\s*|<｜Assistant｜>|<start_of_turn>model\s*\n|<\|message\|>)?"
)
_MAY_BECOME_BEGIN = lazy_regex(
    r"\s*(?:<[^<>]{0,30}|(?:<s>|<\|begin_of_text\|>|<think(?:ing)?\s?/>)\s*(?:<[^<>]{0,30})?"
    r"|<\|im_start\|>\s*(?:a(?:s(?:s(?:i(?:s(?:t(?:a(?:n(?:t\s*)?)?)?)?)?)?)?)?)?"
    r"|<\|start_header_id\|>(?:[a-z]{0,9}|assistant<[^<>]{0,16})|<start_of_turn>[a-z]{0,5}\s*)?\Z"
)
_END = lazy_regex(
    r"<\|(?:im_end|eot_id|eom_id|end_of_text|endoftext|end_of_turn|endofturn|return|EOT|END_OF_TURN_TOKEN|end)\|>|</s>|<eos>"
    r"|<end_of_turn>|<[|｜]end[_▁]of[_▁]sentence[|｜]>|\[/INST\]",
    0,
)
_MAY_BECOME_END = lazy_regex(r"(?:<[|｜/]?[A-Za-z_▁]{0,18}[|｜]?|\[(?:/I?N?S?T?)?)\Z")
# A turn of another speaker: nothing of it belongs to the answer.
_NEXT_TURN = lazy_regex(r"\s*<(?:\|(?:im_start|start_header_id|user|system|assistant)\|>|｜User｜>|start_of_turn>)")
_MAY_BECOME_NEXT = lazy_regex(r"\s*(?:<[^<>\s]{0,20})?\Z")
_HARMONY = ("<|channel|>", "<|start|>")
_LONGEST_BEGIN = 60


class TurnTokenReader:
    """Takes the content of one answer in pieces; `push` and `finish` give what is left of it.

    A token ends the answer when nothing, another such token or a made-up turn follows; else it is a part of the text
    ("the token <|im_end|> ends a turn"). The harmony format is left to its reader.
    """

    def __init__(self) -> None:
        self._held = ""
        self._is_begun = False
        self._is_harmony = False
        self._is_over = False
        self._struck = 0  # "</s>" closes these

    def push(self, text: str) -> str:
        """The part of the answer that later pieces cannot change."""
        if self._is_harmony or (self._is_begun and not self._held and "<" not in text and "[" not in text):
            return "" if self._is_over else text
        text, self._held = self._held + text, ""
        return "" if self._is_over else self._read(text, at_end=False)

    def finish(self) -> str:
        """The rest that was held back, without the tokens at its end."""
        text, self._held = self._held, ""
        return "" if self._is_over or self._is_harmony else self._read(text, at_end=True)

    def _read(self, text: str, *, at_end: bool) -> str:
        if not self._is_begun:
            if not at_end and len(text) < _LONGEST_BEGIN and _MAY_BECOME_BEGIN.match(text):
                self._held = text
                return ""
            self._is_begun = True
            if text.lstrip().startswith(_HARMONY):
                self._is_harmony = True
                return text
            begin = _BEGIN.match(text)
            if begin is not None and "<" in begin[0]:
                text = text[begin.end() :]
        sure: list[str] = []
        while (end := _END.search(text)) is not None:
            before, after = text[: end.start()], text[end.end() :]
            self._struck += before.count("<s>")
            is_markup = end[0] == "</s>" and self._struck > 0
            self._struck -= is_markup
            if not is_markup and self._ends(after, at_end=at_end):
                if self._is_over:
                    return "".join([*sure, before])
                self._held = text[end.start() :]
                return "".join([*sure, before.rstrip(" ") if at_end else before])
            sure.append(text[: end.end()])
            text = after
        self._struck += text.count("<s>")
        rest = None if at_end else _MAY_BECOME_END.search(text)
        if rest is not None:
            self._struck -= rest[0].count("<s>")
            text, self._held = text[: rest.start()], text[rest.start() :]
        return "".join([*sure, text])

    def _ends(self, after: str, *, at_end: bool) -> bool:
        """Whether a token before `after` ends the answer, or may do so: then it is held back."""
        while (more := _END.match(after.lstrip())) is not None:
            after = after.lstrip()[more.end() :]
        if _NEXT_TURN.match(after) or (at_end and not after.strip()):
            self._is_over = True
            return True
        return not at_end and _MAY_BECOME_NEXT.match(after) is not None
