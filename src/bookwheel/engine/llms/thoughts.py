"""Thoughts that a model writes into its content, separated from the answer while both stream.

<think>…</think>The answer        also <thinking>, <thought>, <reasoning>, <seed:think>, ◁think▷, [THINK] and others
<details type="reasoning">…</details>The answer
Here is my thought process: … Here is my response: The answer
…</think>The answer               the prompt template had opened the tag
<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>The answer      (harmony)
analysis…assistantfinalThe answer                     harmony with its special tokens dropped
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import field

from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.llms.harmony_channels import HarmonyReader
from bookwheel.engine.llms.thought_tags import (
    ALOUD,
    ANNOUNCED,
    ANSWER_END,
    ANSWER_IN_THOUGHT,
    ANSWER_TAG,
    CLOSING,
    HEADED,
    HOLDS_NO_MARK,
    MAY_BECOME_TAG,
    OPENING,
    closing_of,
)
from bookwheel.engine.llms.turn_tokens import TurnTokenReader
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_ANALYSIS = "analysis"
_HARMONY_WITHOUT_TOKENS = lazy_regex(r"(?:assistant)?analysis(?=[A-Z])")
_FENCE = lazy_regex(r"(?m)^ {0,3}(?:```|~~~)")
_LONGEST_ALOUD = 28
_LONGEST_TAG = 60
# Kept back no longer than this: a reader waits for the answer, and what is kept back is lost when the run is stopped. A
# closing tag that comes later still shows what it was.
MAX_HELD_CHARS, MAX_HELD_OF_THINKERS = 2_000, 8_000


class ThoughtReader:
    """Takes the content of one answer in pieces; `push` and `finish` give (answer, thought), new text only.

    A tag counts at the beginning of the answer or of a line, outside of code. What may still become a tag is held
    back. `restarts` is true after a piece that showed what came before it to be a thought although it was given as the
    answer: a closing tag came that nothing had opened. `begins_thinking` says that the model has done so before,
    `may_think` that models of its name do so: the answer is then held back until it is clear what it is.
    """

    def __init__(self, *, begins_thinking: bool = False, may_think: bool = False) -> None:
        self.restarts = False
        self.closed_unopened = False
        self._turns = TurnTokenReader()
        self._begins_thinking = begins_thinking
        self._may_think = may_think
        self._held = ""
        self._aloud: list[str] = []
        self._aloud_tail = ""
        self._aloud_chars = 0
        self._shown: list[str] = []
        self._thought = _Thought(CLOSING) if begins_thinking else None
        self._is_begun = begins_thinking
        self._is_blank = True
        self._is_tagged = False
        self._blank_end = ""
        self._has_thought = False
        self._has_inner = False
        self._harmony: HarmonyReader | None = None

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The tools that parts of the text are addressed to (harmony), each with its arguments as JSON text."""
        return [] if self._harmony is None else self._harmony.calls

    def come_apart(self) -> None:
        """The endpoint sends the thoughts by themselves, so none has to be looked for where no tag opens it."""
        self._may_think = False

    def push(self, text: str) -> tuple[str, str]:
        """What `text` brings."""
        self.restarts = False
        if self._aloud:
            return self._read_aloud(text)
        if self._is_begun and self._thought is None and not self._held and HOLDS_NO_MARK.match(text):
            return self._show(text), ""
        if self._harmony is not None:
            return self._answered(self._harmony.push(text))
        text, self._held = self._held + text, ""
        return self._read(text) if self._is_begun else self._begin(text)

    def finish(self) -> tuple[str, str]:
        """What was held back; call it at the end of the content."""
        self.restarts = False
        text, self._held = "".join([*self._aloud, self._held]), ""
        self._aloud = []
        if self._harmony is not None:
            return self._answered(self._harmony.finish())
        if self._thought is not None:
            thought, self._thought = self._thought, None
            if answered := ANSWER_IN_THOUGHT.search(said := "".join([*thought.said, text])):
                self._has_thought = True
                return self._show(ANSWER_END.sub("", said[answered.end() :])), ""
            # The model did not think this time, or a tag in the middle of an answer was a part of it.
            return (self._show("".join(thought.kept) + text), "") if thought.kept else ("", text)
        answer: list[str] = []
        thoughts: list[str] = []
        while text and (closed := self._closed_unopened(text, at_end=True)) is not None:
            text = self._restart(text, closed, thoughts)
        answer.append(self._show(text))
        return "".join(answer), "".join(thoughts)

    def apply(self, piece: ChatDelta) -> None:
        """Move what is a thought in this piece of the answer; a piece with `finish_reason` is the last one."""
        if piece.delta:
            piece.delta, thought = self.push(self._turns.push(piece.delta))
            piece.thinking_delta += thought
            piece.restarts = self.restarts
        if piece.finish_reason is not None:
            held, thought = self.push(self._turns.finish())
            piece.delta += held
            piece.thinking_delta += thought
            piece.restarts |= self.restarts
            rest, thought = self.finish()
            piece.delta += rest
            piece.thinking_delta += thought
            piece.restarts |= self.restarts

    def _begin(self, text: str) -> tuple[str, str]:
        start = text.lstrip()
        if not start or (MAY_BECOME_TAG.match(start) and len(start) < _LONGEST_ALOUD):
            self._held = text
            return "", ""
        if start.startswith(("<|channel|>", "<|start|>")):
            self._harmony = HarmonyReader()
            return self._answered(self._harmony.push(start))
        opening = start[:_LONGEST_ALOUD].lower().replace("’", "'")
        if any(
            aloud.startswith(opening) for aloud in (*ALOUD, _ANALYSIS, f"assistant{_ANALYSIS}", *ANNOUNCED, *HEADED)
        ):
            self._held = text
            return "", ""
        self._is_begun = True
        may_think = self._may_think and OPENING.match(start) is None
        if may_think or opening.startswith(ALOUD) or _HARMONY_WITHOUT_TOKENS.match(start):
            self._aloud = [""]
            return self._read_aloud(text)
        return self._read(text)

    def _read_aloud(self, text: str) -> tuple[str, str]:
        """A thought without an opening tag, or an answer like one: held back until a tag or the end decides."""
        seen = self._aloud_tail + text
        self._aloud_tail = seen[-_LONGEST_TAG:]
        self._aloud.append(text)
        self._aloud_chars += len(text)
        most = MAX_HELD_OF_THINKERS if self._may_think else MAX_HELD_CHARS
        if self._aloud_chars < most and CLOSING.search(seen) is None:
            return "", ""
        whole, self._aloud = "".join(self._aloud), []
        end = CLOSING.search(whole)
        if end is None or self._is_in_code(whole[: end.start()]):
            return self._read(whole)
        thoughts: list[str] = []
        answer, more = self._read(self._restart(whole, end.span(), thoughts))
        return answer, "".join([*thoughts, more])

    def _read(self, text: str) -> tuple[str, str]:
        answer: list[str] = []
        thoughts: list[str] = []
        while text:
            if self._thought is not None:
                text = self._read_thought(self._thought, text, thoughts)
            else:
                text = self._read_answer(text, answer, thoughts)
        return "".join(answer), "".join(thoughts)

    def _read_thought(self, thought: _Thought, text: str, thoughts: list[str]) -> str:
        end = thought.closing.search(text)
        self._has_inner |= OPENING.search(text, 0, len(text) if end is None else end.start()) is not None
        if end is None:
            rest = MAY_BECOME_TAG.search(text)
            # Nothing of a thought that is withheld is shown before its end.
            sure = text[:-_LONGEST_TAG] if thought.is_withheld else text if rest is None else text[: rest.start()]
            self._held = text[len(sure) :]
            if self._begins_thinking or thought.is_withheld:
                thought.kept.append(sure)
            if not thought.is_withheld:
                thoughts.append(sure)
            thought.said.append(sure)
            return ""
        if thought.is_withheld:
            thoughts += thought.kept[1:]
        thoughts.append(text[: end.start()])
        self.closed_unopened |= self._begins_thinking and not self._has_thought
        self._has_thought, self._begins_thinking, self._thought = True, False, None
        return text[end.end() :]

    def _read_answer(self, text: str, answer: list[str], thoughts: list[str]) -> str:
        if (closed := self._closed_unopened(text)) is not None:
            return self._restart(text, closed, thoughts)
        opening = next((found for found in OPENING.finditer(text) if self._is_opening(found, text)), None)
        if opening is None:
            rest = MAY_BECOME_TAG.search(text)
            sure = text if rest is None else text[: rest.start()]
            self._held = text[len(sure) :]
            answer.append(self._show(sure))
            return ""
        if (before := text[: opening.start()]).strip() or not self._is_blank:
            answer.append(self._show(before))
        self._thought = _Thought(closing_of(opening))
        if not self._is_blank or opening["headed"]:
            self._thought.is_withheld = True
            self._thought.kept.append(opening[0])
        return text[opening.end() :]

    def _restart(self, text: str, closed: tuple[int, int], thoughts: list[str]) -> str:
        self._has_thought = self.closed_unopened = True
        self._has_inner = False
        self.restarts = not self._is_blank
        thoughts.append(text[: closed[0]].lstrip().removeprefix("assistant").removeprefix(_ANALYSIS))
        self._shown, self._is_blank = [], True
        return text[closed[1] :]

    def _closed_unopened(self, text: str, *, at_end: bool = False) -> tuple[int, int] | None:
        """Where a thought ends and the answer begins, when `text` closes a thought that nothing has opened."""
        end = CLOSING.search(text)
        if end is None or ((opening := OPENING.search(text)) is not None and opening.start() < end.start()):
            return None
        before, after = text[: end.start()], text[end.end() :]
        if self._has_thought and not self._has_inner:
            # Only a thought with another one inside is closed twice, but some models repeat the tag.
            return end.span() if self._is_blank and not before.strip() else None
        # A thought with another one inside may end in the line of the inner one.
        is_outer = self._has_inner and "\n" not in "".join([*self._shown, before])
        is_alone = before.endswith("\n") or after.startswith("\n") or (at_end and not after.strip())
        is_alone = is_alone or is_outer or bool(end["final"])
        return end.span() if is_alone and not self._is_in_code(before) else None

    def _is_opening(self, opening: re.Match[str], text: str) -> bool:
        before = text[: opening.start()]
        if opening["fenced"] or opening["headed"]:
            return self._is_blank and not before.strip()  # within an answer it is a part of it
        return self._opens(before)

    def _opens(self, before: str) -> bool:
        earlier, newline, line = before.rpartition("\n")
        if line.strip():
            return False
        if self._is_blank and not before.strip():
            return True
        is_at_line_start = bool(newline) or not self._shown or self._shown[-1].rstrip(" ").endswith("\n")
        return is_at_line_start and not self._is_in_code(earlier + newline)

    def _is_in_code(self, before: str) -> bool:
        return is_in_code("".join([*self._shown, before]))

    def _answered(self, read: tuple[str, str]) -> tuple[str, str]:
        return self._show(read[0]), read[1]

    def _show(self, text: str) -> str:
        if self._is_blank:
            # Blank lines between a thought and the answer belong to neither.
            if self._has_thought or self._harmony is not None:
                text = text.lstrip()
                self._is_tagged |= (tag := ANSWER_TAG.match(text)) is not None
                text = text[tag.end() :] if tag is not None else text
            self._is_blank = not text.strip()
        if self._is_tagged:
            text = ANSWER_END.sub("", self._blank_end + text)
            whole, text = text, text.rstrip()
            self._blank_end = whole[len(text) :]
        if text:
            self._shown.append(text)
        return text


@dataclass(slots=True)
class _Thought:
    """A thought that is still open. `kept` is what becomes the answer if it is never closed, `said` its whole text.

    `is_withheld`: it stands in the middle of an answer, and is shown only once it is closed.
    """

    closing: re.Pattern[str]
    is_withheld: bool = False
    kept: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])


def is_in_code(before: str) -> bool:
    """Whether a text in Markdown goes on in code, in a fence or between backticks."""
    return len(_FENCE.findall(before)) % 2 == 1 or before.rpartition("\n")[2].count("`") % 2 == 1


async def without_thoughts(stream: AsyncGenerator[ChatDelta, None]) -> AsyncGenerator[ChatDelta, None]:
    """The same answer with the thoughts in its text as `thinking_delta`."""
    reader = ThoughtReader()
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            reader.apply(piece)
            yield piece
