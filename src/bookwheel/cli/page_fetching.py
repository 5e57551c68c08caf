"""Web addresses on the command line: a page is fetched once, after the user agreed, and is a document from then on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bookwheel.cli.confirmation import confirmed
from bookwheel.cli.given_options import Options
from bookwheel.errors import UsageError, WebPageError


def page_file(address: str, options: Options, *, is_fetched_anew: bool = False) -> Path:
    """The file in which the page is saved; it is fetched when it is not saved, or with `is_fetched_anew`.

    Raises UsageError for an address that is not allowed and where the user does not agree, WebPageError when the page
    cannot be fetched.
    """
    from bookwheel.engine.index.sources.web_pages import pages_dir, saved_page
    from bookwheel.engine.tools.page_address import checked_url

    try:
        url = checked_url(address).geturl()
    except WebPageError as error:
        raise UsageError(error.message, hint=error.hint) from error
    known = saved_page(url, pages_dir())
    if known is not None and not is_fetched_anew:
        return known
    _require_permission(url, options, was_given=known is not None)
    from bookwheel.engine.tools.page_document import page_as_document

    return asyncio.run(page_as_document(url, pages_dir()))


def _require_permission(url: str, options: Options, *, was_given: bool) -> None:
    from bookwheel.markup.sanitize import clean_line

    shown, policy = clean_line(url), options.load_or_defaults().tools.web
    if policy == "off":
        raise UsageError(f"{shown} is not fetched: the web is off.", hint='Set tools.web to "ask" in the settings.')
    if policy == "on" or was_given:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{shown} is not fetched without your permission.",
            hint='Fetch it once in a terminal, or set tools.web to "on" in the settings.',
        )
    sys.stderr.write(f"This page is not saved yet: {shown}\nIts host sees your network address.\n")
    if not confirmed("Fetch it and keep it as a document?"):
        raise UsageError(f"{shown} was not fetched.", hint="Name files and folders instead.")
