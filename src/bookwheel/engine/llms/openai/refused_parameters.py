"""What a request can do without when an endpoint refuses it: options by other names, and the calling of tools."""

from __future__ import annotations

from bookwheel.engine.llms.openai.transport import Failure, RefusedError
from bookwheel.engine.schema import JsonObject
from bookwheel.lazy_regex import lazy_regex

# OpenAI's reasoning models refuse the old name; most other servers do not know the new one.
_OTHER_NAMES = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_UNSUPPORTED = lazy_regex(r"(?i)support|unrecogni[sz]ed|unknown|unexpected|not permitted|extra inputs|not allowed")
# Ollama and others; vLLM, llama.cpp and OpenRouter name what they lack.
_NO_TOOLS = lazy_regex(
    r"(?i)not support (?:the use of )?(?:tools?|functions?)\b|tools?\b[\w ]{0,20} not supported|support tool use"
    r"|--enable-auto-tool-choice|tools param requires --jinja"
)


class RefusedParameters:
    """The options that an endpoint has refused: left out of each later request, or sent by their other name."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def leave_out(self, body: JsonObject) -> None:
        """Change the body so that it has none of them."""
        for name in self._names & body.keys():
            value = body.pop(name)
            if (other := _OTHER_NAMES.get(name)) is not None:
                body[other] = value

    def take(self, failure: Failure, body: JsonObject) -> str:
        """The option of `body` that the endpoint refuses here, from now on left out; empty when it is none."""
        if not isinstance(failure, RefusedError):
            return ""
        refusal = failure.refusal
        if refusal.status not in (400, 422) or refusal.is_too_long or refusal.is_unknown_model:
            return ""
        is_about_one = _UNSUPPORTED.search(refusal.detail) is not None
        named = (name for name in (*_OTHER_NAMES, "temperature") if is_about_one and refusal.names(name))
        # An endpoint may refuse the unknown option without naming it.
        found = next((name for name in (*named, "stream_options") if name in body and name not in self._names), "")
        if _OTHER_NAMES.get(found) in self._names:
            return ""  # refused by both names
        if found:
            self._names.add(found)
        return found


def has_no_tools(failure: Failure) -> bool:
    """Whether the endpoint refuses because it, or the model, cannot call tools."""
    return isinstance(failure, RefusedError) and _NO_TOOLS.search(failure.refusal.detail) is not None
