"""Handlers that come with the callbacks: tokens counted, events kept."""

import pytest

from bookwheel import CallbackManager, CBEventType, ChatMessage, LlamaDebugHandler, MockLLM, TokenCountingHandler


def _asked(*handlers: TokenCountingHandler | LlamaDebugHandler) -> None:
    llm = MockLLM(["Sixteen hours."])
    llm.callback_manager = CallbackManager(list(handlers))
    llm.chat([ChatMessage("How long do cats sleep?")])


def test_tokens_are_counted_by_a_tokenizer_and_forgotten_on_request() -> None:
    handler = TokenCountingHandler(tokenizer=str.split)
    _asked(handler)
    (counted,) = handler.llm_token_counts
    assert counted.completion == "assistant: Sixteen hours."
    assert handler.completion_llm_token_count == 3
    assert handler.prompt_llm_token_count == 6
    assert handler.total_llm_token_count == 9
    handler.reset_counts()
    assert handler.total_llm_token_count == 0


def test_tokens_are_estimated_without_a_tokenizer() -> None:
    handler = TokenCountingHandler()
    _asked(handler)
    assert handler.prompt_llm_token_count == 8


def test_events_are_kept_in_pairs_with_their_times() -> None:
    handler = LlamaDebugHandler(print_trace_on_end=False)
    _asked(handler)
    (pair,) = handler.get_llm_inputs_outputs()
    assert [event.event_type for event in pair] == [CBEventType.LLM, CBEventType.LLM]
    stats = handler.get_event_time_info(CBEventType.LLM)
    assert stats.total_count == 1
    assert stats.average_secs == stats.total_secs >= 0
    handler.flush_event_logs()
    assert handler.get_events() == []
    assert handler.get_event_time_info().average_secs == 0


def test_a_trace_is_printed_as_a_tree_when_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    manager = CallbackManager([LlamaDebugHandler()])
    with manager.as_trace("query"), manager.event(CBEventType.QUERY), manager.event(CBEventType.LLM):
        pass
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["query", "llm"]
    assert lines[1].startswith("    llm")
