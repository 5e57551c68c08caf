"""A web address given as a document: fetched once with permission, then searched and cited as any other."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.support.loopback_web import PAGE, response, web

from bookwheel import paths
from bookwheel.engine.tools.page_document import page_as_document

ADDRESS = "https://mill.example/wheels//mill?a=1%2F2&b=~"


@pytest.fixture
async def saved() -> Path:
    async with web(lambda host, path: response(PAGE)) as served:
        return await page_as_document(ADDRESS, paths.data_dir() / "pages", served)


async def test_a_saved_page_is_asked_without_the_web(saved: Path) -> None:
    ended = await bookwheel("ask", "--json", "How many revolutions does the wheel turn at?", ADDRESS)
    assert (ended.code, ended.err) == (0, "")
    events = [json.loads(line) for line in ended.lines]
    assert "nine revolutions" in events[-1]["data"]["response"]
    assert [cited["path"] for cited in events[-1]["data"]["citations"]] == [str(saved)]
    cited = await bookwheel("sessions", "export", "last", "--format", "bib")
    assert "url = {https://mill.example/wheels//mill?a=1%2F2&b=~}" in cited.out
    found = await bookwheel("search", "--json", "wheel", ADDRESS)
    assert [Path(json.loads(line)["path"]).name for line in found.lines] == [saved.name]


@pytest.mark.fault("I3")
async def test_no_page_is_fetched_without_permission_or_from_here() -> None:
    unasked, private, other = await asyncio.gather(
        bookwheel("ask", "How fast?", "https://mill.example/"),
        bookwheel("index", "http://127.1/"),
        bookwheel("search", "x", "http://user:word@mill.example/"),
    )
    assert unasked.code == private.code == other.code == 2
    assert "https://mill.example/ is not fetched without your permission." in unasked.err
    assert 'set tools.web to "on"' in unasked.err
    assert "its host is a number" in private.err
    assert "contains a user name" in other.err


async def test_with_the_web_off_a_new_page_is_refused() -> None:
    (paths.config_dir()).mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text('[tools]\nweb = "off"\n')
    ended = await bookwheel("ask", "How fast?", "https://mill.example/")
    assert ended.code == 2
    assert "https://mill.example/ is not fetched: the web is off." in ended.err
