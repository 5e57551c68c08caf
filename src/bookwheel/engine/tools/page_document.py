"""Fetches a web page that the user gave as a document, and saves it among the documents."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bookwheel.engine.index.readers.web.html import decoded_page
from bookwheel.engine.index.sources.web_pages import save_page
from bookwheel.engine.tools.page_fetch import Internet, Network, fetch_page
from bookwheel.errors import DocumentError, WebPageError


async def page_as_document(address: str, folder: Path, network: Network | None = None) -> Path:
    """Fetch the page and save it in `folder`; returns its file.

    The address and those that it redirects to are checked as `read_page` checks them. Raises WebPageError.
    """
    page = await fetch_page(address, network or Internet())

    def save() -> Path:
        text = decoded_page(page.data, page.charset).text
        if not text.strip():
            raise DocumentError("it has no text")
        day = datetime.now(UTC).date().isoformat()
        return save_page(address, page.url, page.media_type, text, day=day, folder=folder)

    try:
        return await asyncio.to_thread(save)
    except DocumentError as error:
        raise WebPageError(f"{address} cannot be saved: {error.message.rstrip('.')}.", hint=error.hint) from error
