"""The response modes as classes of their own, by LlamaIndex's names."""

from __future__ import annotations

from typing import Any, ClassVar

from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import Template
from bookwheel.engine.query.response_modes import ResponseMode, Templates
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.errors import UsageError

# Arguments of LlamaIndex's that change nothing here.
_IGNORED = frozenset({"callback_manager", "prompt_helper", "verbose"})


class _OneMode(ResponseSynthesizer):
    """A synthesizer of one mode; takes the model, the prompts and `streaming`. UsageError for other arguments."""

    mode: ClassVar[ResponseMode]

    def __init__(
        self,
        llm: LLM | None = None,
        *,
        text_qa_template: Template | None = None,
        refine_template: Template | None = None,
        summary_template: Template | None = None,
        simple_template: Template | None = None,
        streaming: bool = False,
        use_async: bool = False,
        **others: Any,
    ) -> None:
        unknown = sorted(set(others) - _IGNORED)
        if unknown:
            raise UsageError(f"{type(self).__name__} has no argument {', '.join(map(repr, unknown))}.")
        given = {
            "text_qa_template": text_qa_template,
            "refine_template": refine_template,
            "summary_template": summary_template,
            "simple_template": simple_template,
        }
        templates = Templates().with_prompts({name: prompt for name, prompt in given.items() if prompt is not None})
        super().__init__(llm, streaming=streaming, response_mode=self.mode, templates=templates, use_async=use_async)


class CompactAndRefine(_OneMode):
    """As many passages as fit into one prompt; the answer is refined with each further prompt."""

    mode = ResponseMode.COMPACT


class Refine(_OneMode):
    """One passage after the other; the answer is refined with each."""

    mode = ResponseMode.REFINE


class TreeSummarize(_OneMode):
    """Summaries of passages, then summaries of those, until one is left."""

    mode = ResponseMode.TREE_SUMMARIZE


class SimpleSummarize(_OneMode):
    """What fits into one prompt, cut where it does not."""

    mode = ResponseMode.SIMPLE_SUMMARIZE


class Accumulate(_OneMode):
    """One answer for each passage, put together."""

    mode = ResponseMode.ACCUMULATE


class CompactAndAccumulate(_OneMode):
    """One answer for each prompt full of passages, put together."""

    mode = ResponseMode.COMPACT_ACCUMULATE


class Generation(_OneMode):
    """The model's answer without passages."""

    mode = ResponseMode.GENERATION
