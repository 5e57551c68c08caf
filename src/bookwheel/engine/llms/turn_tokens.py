"""Tokens that begin and end a turn, left in the text of an answer by an endpoint, taken out while the answer streams.

<|im_start|>assistant The answer<|im_end|>       ChatML; also those of Llama, Gemma, Mistral, DeepSeek and others
The answer<|im_end|><|im_start|>user …           what follows is a turn that the model made up
"""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

_ROLE = r"(?:assistant|model|bot|ai)"
_BEFORE_ROLE = r"\s*(?:(?:<s>|<\|(?:begin_of_text|START_OF_TURN_TOKEN|START_RESPONSE)\|>|<think(?:ing)?\s?/>)\s*)*"
_BEGIN = lazy_regex(
    rf"{_BEFORE_ROLE}(?:<\|im_(?:start|assistant)\|>\s*{_ROLE}(?:<\|im_(?:sep|middle)\|>|\s*\n)|assistant\s*\n"
    rf"|<\|(?:start_header_id|header_start|start_of_role)\|>{_ROLE}<\|(?:end_header_id|header_end|end_of_role)\|>\s*"
    rf"|<[|｜](?:{_ROLE}|Assistant|CHATBOT_TOKEN|message)[|｜]>\s*|<(?:start_of_turn|\|turn)>{_ROLE}\s*\n)?"
)
_MAY_BECOME_BEGIN = lazy_regex(
    rf"{_BEFORE_ROLE}(?:<[^<>]{{0,30}}|<(?:\|[a-z_]{{1,20}}\|?|start_of_turn)>\s*(?:[a-z]{{1,9}}\s*)?(?:<[^<>]{{0,16}})?"
    r"|a(?:s(?:s(?:i(?:s(?:t(?:a(?:n(?:t\s*)?)?)?)?)?)?)?)?)?\Z"
)
# At the end of an answer any token ends the turn; those around thoughts are for the reader of thoughts.
_END = lazy_regex(
    r"<[|｜](?!\w{0,30}(?:think|thought|begin|start|channel|message))[A-Za-z_▁]{2,30}[|｜]>"
    r"|</s>|<eos>|<end_of_turn>|<turn\|>|\[/INST\]|\[EOS\]|\[e~\["
)
_MAY_BECOME_END = lazy_regex(r"(?:<[|｜/]?[A-Za-z_▁]{0,30}[|｜]?|\[(?:/?I?N?S?T?|EO?S?|e~?))\Z")
# A turn of another speaker: nothing of it belongs to the answer.
_NEXT_TURN = lazy_regex(
    r"\s*(?:<s>\s*\[INST\]|<\|(?:im_start|start_header_id|header_start|start_of_role|user|system|assistant)\|>|<\|turn>"
    r"|<\|START_OF_TURN_TOKEN\|>|<｜User｜>|<start_of_turn>)"
)
_MAY_BECOME_NEXT = lazy_regex(r"\s*(?:<[^<>\s]{0,24}|<s>\s*(?:\[[INST]{0,4})?)?\Z")
_SPEAKERS = ("<|user|>", "<|observation|>")
_HARMONY = ("<|channel|>", "<|start|>")
# "The token is <|im_end|>" is a sentence about it, which nothing has ended.
_ENDS_IN_WORD = lazy_regex(r"[\w,;:(\"“] \Z")
_LONGEST_BEGIN, _BEFORE_CHARS = 60, 8


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
        self._before = ""  # what was given last
        self._struck = 0  # "</s>" closes these

    def push(self, text: str) -> str:
        """The part of the answer that later pieces cannot change."""
        if self._is_harmony or (self._is_begun and not self._held and "<" not in text and "[" not in text):
            self._before = (self._before + text)[-_BEFORE_CHARS:]
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
            if begin is not None and begin[0].strip():
                text = text[begin.end() :]
        sure: list[str] = []
        while (end := _END.search(text)) is not None:
            before, after = text[: end.start()], text[end.end() :]
            self._struck += before.count("<s>")
            is_markup = end[0] == "</s>" and self._struck > 0
            self._struck -= is_markup
            is_next = end[0] in _SPEAKERS and after.startswith("\n")
            is_word = end[0][1] in "|｜" and _ENDS_IN_WORD.search(self._before + before) is not None
            if not is_markup and not is_word and (is_next or self._ends(after, at_end=at_end)):
                self._is_over |= is_next
                if self._is_over:
                    return "".join([*sure, before])
                self._held, self._before = text[end.start() :], (self._before + before)[-_BEFORE_CHARS:]
                return "".join([*sure, before.rstrip(" ") if at_end else before])
            sure.append(text[: end.end()])
            self._before, text = end[0], after
        self._struck += text.count("<s>")
        rest = None if at_end else _MAY_BECOME_END.search(text)
        if rest is not None:
            self._struck -= rest[0].count("<s>")
            text, self._held = text[: rest.start()], text[rest.start() :]
        self._before = (self._before + text)[-_BEFORE_CHARS:]
        return "".join([*sure, text])

    def _ends(self, after: str, *, at_end: bool) -> bool:
        """Whether a token before `after` ends the answer, or may do so: then it is held back."""
        while not _NEXT_TURN.match(after) and (more := _END.match(after.lstrip())) is not None:
            after = after.lstrip()[more.end() :]
        if _NEXT_TURN.match(after) or (at_end and not after.strip()):
            self._is_over = True
            return True
        return not at_end and _MAY_BECOME_NEXT.match(after) is not None
