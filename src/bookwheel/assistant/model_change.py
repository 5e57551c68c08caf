"""Choosing another model while the desk is open: one that cannot answer is refused, one that is not listed is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.assistant.protocols import CheckingSource
from bookwheel.errors import ConfigError, MissingExtraError, ModelNotFoundError

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant


async def change_model(assistant: Assistant, name: str) -> str:
    """Answer the next questions with another model; a doubt about its name, "" for none.

    Raises ConfigError and ModelNotFoundError for a model that cannot answer here: the one in use stays.
    """
    source = assistant.workflows
    doubt = ""
    if isinstance(source, CheckingSource):
        try:
            doubt = await source.check_model(name)
        except (ConfigError, MissingExtraError, ModelNotFoundError) as error:
            stays = f"{assistant.status.model} stays in use." if assistant.status.model else ""
            error.hint = " ".join(filter(None, (error.hint, stays)))
            raise
    assistant.set_model(name)
    return doubt
