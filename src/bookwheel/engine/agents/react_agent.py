"""The agent for models without tool calling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.engine.agents.base_agent import BaseAgent

if TYPE_CHECKING:
    from bookwheel.engine.agents.call_protocol import Dialect


class ReActAgent(BaseAgent):
    """Lets the model write Thought, Action and Observation as text, one tool call at a time.

    Nothing of the protocol reaches the answer: thoughts come as `thinking_delta`, `delta` holds the answer alone.
    """

    def dialect(self) -> Dialect:
        from bookwheel.engine.agents.call_protocol import ReActDialect

        return ReActDialect()
