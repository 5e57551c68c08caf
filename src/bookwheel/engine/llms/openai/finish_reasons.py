"""Why a model ended its answer, in the words of various providers."""

from __future__ import annotations

from bookwheel.engine.llms.chat import FinishReason
from bookwheel.engine.llms.openai.json_values import object_of, text_of
from bookwheel.engine.schema import JsonValue
from bookwheel.lazy_regex import lazy_regex

# In lower case, with underscores between the words: "MAX_TOKENS" and "max-tokens" are one.
_STOPPED = lazy_regex(r"(?:finish_reason_)?(?:stop(?:_sequence)?|end_turn|eos(?:_token)?|complete(?:d)?|done|refusal)")
_CALLED = lazy_regex(r"(?:finish_reason_)?(?:tool_calls?|function_calls?|tool_use)")
# The provider failed in the middle of the answer, and says so only here.
_FAILED = lazy_regex(
    r"(?:.*_)?error(?:_limit)?|network_.*|insufficient_.*|abort(?:ed)?|(?:user_)?cancel(?:l?ed)?|time_?out"
    r"|.*malformed_.*|unexpected_tool_call|repetition.*"
)
# "function_call_filter: MALFORMED_FUNCTION_CALL" is not a filter of what was said.
_FILTERED = lazy_regex(
    r"(?!.*malformed).*(?:filter|polic|safety|sensitive|toxic|moderat|block|guardrail|prohibited|recitation|spii).*"
)
_TOO_LONG = lazy_regex(r".*(?:length|tokens|limit|window|incomplete).*")


def finish_of(given: JsonValue) -> tuple[FinishReason | None, str]:
    """The reason, and the provider's word for it when it failed; None while the answer goes on.

    Some servers write "null" or an empty text into every chunk, some an object with the reason as its type.
    """
    word = text_of(given) or text_of((object_of(given) or {}).get("type"))
    named = word.lower().replace("-", "_").replace(" ", "_")
    if not given or named in ("null", "none"):
        return None, ""
    if _STOPPED.fullmatch(named):
        return "stop", ""
    if _CALLED.fullmatch(named):
        return "tool_calls", ""
    if _FILTERED.fullmatch(named):
        return "content_filter", ""
    if _FAILED.fullmatch(named):
        return "unknown", word
    return ("length", "") if _TOO_LONG.fullmatch(named) else ("unknown", "")
