"""The embedding model of the settings, tried out: for `bookwheel doctor`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookwheel.config.keys import embedding_key_source
from bookwheel.errors import BookwheelError
from bookwheel.wiring.build import build_library
from bookwheel.wiring.embedding_choice import embedding_endpoint

if TYPE_CHECKING:
    from bookwheel.config.setting_tables import Config

TIMEOUT_S = 15.0
# What the endpoint is asked to embed: nothing of the user's.
_PROBE = "Is anybody there?"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingReport:
    """The embedding model, how many of the passages have a vector of it, and what is wrong with it if anything is."""

    name: str = ""
    endpoint: str = ""
    key_source: str = ""
    embedded: int = 0
    total: int = 0
    error: str = ""
    hint: str = ""


async def examine_embedding(config: Config) -> EmbeddingReport | None:
    """Ask the model for one vector; None when there is none in the settings. Never raises BookwheelError."""
    library = build_library(config)
    endpoint, key_source = (
        embedding_endpoint(config),
        embedding_key_source(config) if embedding_endpoint(config) else "",
    )
    name, embedded, total = config.embeddings.name, 0, 0
    message = hint = ""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            found = await asyncio.to_thread(library.embedding)
            if found is None:
                return None
            name, embedded, total = found[0], found[1].embedded, found[1].total
            await library.embed_text(_PROBE)
    except BookwheelError as error:
        message, hint = error.message, error.hint
    except TimeoutError:
        message, hint = f"The endpoint has not answered within {TIMEOUT_S:g} seconds.", "Is the address right?"
    finally:
        await library.aclose()
    return EmbeddingReport(
        name=name, endpoint=endpoint, key_source=key_source, embedded=embedded, total=total, error=message, hint=hint
    )
