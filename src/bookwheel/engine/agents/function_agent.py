"""The agent for models with native tool calling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.engine.agents.base_agent import BaseAgent

if TYPE_CHECKING:
    from bookwheel.engine.agents.call_protocol import Dialect


class FunctionAgent(BaseAgent):
    """Calls tools by the endpoint's own means, several at a time if the model asks so."""

    def dialect(self) -> Dialect:
        from bookwheel.engine.agents.call_protocol import NativeDialect

        return NativeDialect()
