"""`bookwheel index`, `search` and `doctor` with an embedding model in the settings."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.cli.program import bookwheel, write_settings
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import error

KEY = "sk-canary-0123456789abcdef"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        endpoint = f'base_url = "{running.base_url}"\napi_key = "{KEY}"\n'
        write_settings(f'[embeddings]\nprovider = "openai"\nname = "scripted"\n{endpoint}')
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "mill.md").write_text("The wheel of the mill turns slowly.\n")
    (folder / "bread.md").write_text("Bread is baked in an oven.\n")
    return folder


async def test_index_embeds_and_reports_it(server: OpenAIServer, desk: Path) -> None:
    ended = await bookwheel("index", str(desk))
    assert (ended.code, ended.err) == (0, "")
    assert ended.lines[1].startswith("2 passages embedded (2 of them new, in ")
    assert len(server.embedded) == 2
    counts = json.loads((await bookwheel("index", "--json", str(desk))).out)
    assert (counts["embedded"], counts["embedded_new"], counts["to_embed"]) == (2, 0, 0)
    assert len(server.embedded) == 2


async def test_index_with_no_embeddings_leaves_the_vectors_to_the_app(server: OpenAIServer, desk: Path) -> None:
    ended = await bookwheel("index", "--no-embeddings", str(desk))
    assert (ended.code, len(ended.lines), server.requests) == (0, 1, [])


async def test_a_profile_may_bring_the_embedding_model(server: OpenAIServer, desk: Path) -> None:
    write_settings(f'[profiles.box.embeddings]\nprovider = "openai"\nbase_url = "{server.base_url}"\n')
    assert len((await bookwheel("index", str(desk))).lines) == 1
    ended = await bookwheel("index", str(desk), "--profile", "box")
    assert ended.lines[1].startswith("2 passages embedded")


async def test_an_endpoint_that_refuses_is_reported_and_the_index_is_built(server: OpenAIServer, desk: Path) -> None:
    server.embedding_replies.append(error(401, f"bad key {KEY}"))
    ended = await bookwheel("index", str(desk))
    assert ended.code == 0
    assert "Not all passages are embedded" in ended.err
    said, hint = ended.err.splitlines()
    assert "refused the key" in said
    assert hint.startswith("  ")
    assert KEY not in ended.err + ended.out
    assert ended.lines[1] == "0 passages embedded; 2 have no vector yet"


async def test_an_unavailable_embedding_model_is_reported_and_nothing_is_counted(desk: Path) -> None:
    """It said "0 passages embedded" of an index with vectors whose key had been mislaid."""
    write_settings('[embeddings]\nprovider = "openai"\n')
    ended = await bookwheel("index", str(desk))
    assert (ended.code, len(ended.lines)) == (0, 1)
    assert "There is no key for OpenAI's embedding models" in ended.err
    counts = json.loads((await bookwheel("index", "--json", str(desk))).out)
    assert counts.keys().isdisjoint({"embedded", "embedded_new", "to_embed"})
    assert counts["embedding_error"]
    assert (await bookwheel("search", "oven", str(desk))).code == 0
    assert "no key for OpenAI's embedding models" in (await bookwheel("doctor")).out


async def test_search_keeps_its_json_and_sends_only_the_question(server: OpenAIServer, desk: Path) -> None:
    await bookwheel("index", str(desk))
    server.requests.clear()
    found = [json.loads(line) for line in (await bookwheel("search", "--json", "oven bread", str(desk))).lines]
    assert server.embedded == ["oven bread"]
    assert found[0]["path"].endswith("bread.md")
    assert {"number", "node_id", "path", "page", "start_char_idx", "end_char_idx", "score", "text"} <= found[0].keys()


async def test_the_doctor_names_the_embedding_model_and_its_progress(server: OpenAIServer, desk: Path) -> None:
    await bookwheel("index", str(desk))
    server.requests.clear()
    ended = await bookwheel("doctor")
    assert f"scripted at {server.base_url}, key from file (line 5, column 1); 2 of 2 passages embedded" in ended.out
    assert server.embedded == ["This is a test."]  # nothing of the user's
    server.embedding_replies.append(error(404, "Not Found"))
    failed = await bookwheel("doctor")
    assert failed.code == 1
    assert "There is no embeddings API" in failed.out


async def test_without_settings_nothing_is_embedded_and_the_doctor_says_so(desk: Path) -> None:
    assert len((await bookwheel("index", str(desk))).lines) == 1
    assert "off: passages are found by their words" in (await bookwheel("doctor")).out
