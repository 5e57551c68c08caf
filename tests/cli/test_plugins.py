"""The parts of other packages: the template package of the docs, installed as a user does, and broken ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Ended, bookwheel, write_settings
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel.config.keys import plugin_key
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config, FoundKeys, ModelSettings

TEMPLATE = Path(__file__).resolve().parents[2] / "docs" / "plugin-template"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of a program beside which the template package is installed."""
    target = tmp_path_factory.mktemp("installed")
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *options, "--target", str(target), str(TEMPLATE)],
        check=True,
    )
    return {"PYTHONPATH": str(target)}


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    folder = tmp_path / "recipes"
    folder.mkdir()
    (folder / "soup.recipe").write_text("Beetroot soup\n\nBoil two beets for forty minutes.\n")
    return folder


async def test_each_kind_of_the_template_is_under_thirty_lines() -> None:
    files = [file for file in TEMPLATE.rglob("*.py") if file.name != "__init__.py"]
    assert len(files) == 5
    assert max(file.read_text().count("\n") for file in files) < 30


async def test_the_doctor_lists_plugins_with_their_package(template: Mapping[str, str]) -> None:
    ended = await bookwheel("doctor", env=template)
    for kind, name in (("llms", "example"), ("tools", "example"), ("readers", ".recipe"), ("stores", "example")):
        assert any(f"{kind}: " in line and f"{name} (bookwheel-example 1.0)" in line for line in ended.lines), (
            f"{kind} in {ended.out}"
        )


def test_listing_names_imports_no_package(template: Mapping[str, str]) -> None:
    code = (
        "import sys; from bookwheel.engine.plugins import KINDS, plugins; "
        "assert 'example' in plugins('llms'); [plugins(kind) for kind in KINDS]; "
        "assert not [name for name in sys.modules if 'bookwheel_example' in name or '.llms.' in name]"
    )
    subprocess.run([sys.executable, "-c", code], env=dict(template), check=True)


async def test_a_model_of_another_package_answers(template: Mapping[str, str], recipes: Path) -> None:
    write_settings('[model]\nprovider = "example"\n')
    ended = await bookwheel("ask", "How long do beets boil?", str(recipes), env=template)
    assert ended.code == 0, ended.err
    assert "HOW LONG DO BEETS BOIL?" in ended.out


async def test_a_reader_and_an_embedding_model_of_another_package_index(
    template: Mapping[str, str], recipes: Path
) -> None:
    write_settings('[embeddings]\nprovider = "example"\n')
    indexed = await bookwheel("index", str(recipes), env=template)
    assert indexed.code == 0, indexed.err
    assert "1 passage embedded" in indexed.out
    found = await bookwheel("search", "beets", str(recipes), env=template)
    assert "Boil two beets" in found.out


async def test_a_store_of_another_package_keeps_the_index(
    template: Mapping[str, str], recipes: Path, tmp_path: Path
) -> None:
    write_settings(f'[index]\nstore = "example://{tmp_path}/elsewhere"\n')
    found = await bookwheel("search", "beets", str(recipes), env=template)
    assert found.code == 0, found.err
    assert "Boil two beets" in found.out
    assert any((tmp_path / "elsewhere").iterdir())


async def test_a_tool_of_another_package_is_offered_to_the_model(template: Mapping[str, str], recipes: Path) -> None:
    write_settings('[tools]\nweb = "off"\nplugins = "example"\n')
    async with OpenAIServer() as server:
        server.replies += [say("Two.")]
        keys = {"OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": server.base_url}
        await bookwheel("ask", "--agent", "--model", "scripted", "Q", str(recipes), env={**template, **keys})
        [asked] = [request for request in server.requests if request.body]
    assert "count_words" in {tool["function"]["name"] for tool in asked.json["tools"]}


def broken_package(folder: Path, group: str, source: str, *, name: str = "broken") -> Mapping[str, str]:
    """The environment with an installed package whose part called `name` is made by `source`."""
    info = folder / "acme_broken-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-broken\nVersion: 2.1\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = acme_broken:make\n")
    (folder / "acme_broken.py").write_text(source)
    return {"PYTHONPATH": str(folder)}


async def asked(settings: str, env: Mapping[str, str], notes: Path) -> Ended:
    write_settings(settings)
    return await bookwheel("ask", "--agent", "Q", str(notes), env=env)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("import sys\nsys.exit(7)", "SystemExit: 7"),
        ("other = 1", "has no attribute 'make'"),
        ("def make(options):\n    return 1 / 0", "ZeroDivisionError"),
        ("def make(options):\n    return 'a model'", "returned a str, not an LLM"),
    ],
)
async def test_a_broken_model_is_an_error_that_names_its_package(
    source: str, reason: str, tmp_path: Path, recipes: Path
) -> None:
    env = broken_package(tmp_path, "bookwheel.llms", source)
    ended = await asked('[model]\nprovider = "broken"\n', env, recipes)
    assert ended.code == 2
    assert "acme-broken" in ended.err
    assert reason in ended.err
    assert "Traceback" not in ended.err
    assert (await bookwheel("search", "beets", str(TEMPLATE), env=env)).code in (0, 3)


async def test_a_broken_tool_is_an_error_that_names_its_package(tmp_path: Path, recipes: Path) -> None:
    env = broken_package(tmp_path, "bookwheel.tools", "raise RuntimeError('no licence')")
    ended = await asked('[tools]\nplugins = "broken"\n', env, recipes)
    assert (ended.code, "acme-broken" in ended.err) == (2, True)
    (tmp_path / "acme_broken.py").write_text("make = 5")
    ended = await asked('[tools]\nplugins = "broken"\n', env, recipes)
    assert (ended.code, "acme-broken failed: 5 is not a tool" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def make(address):\n    raise KeyError('boom')", "failed: KeyError: 'boom'"),
        ("def make(address):\n    return 5", "returned a int, which is not a store"),
    ],
)
async def test_a_broken_store_is_an_error_that_names_its_package(
    source: str, reason: str, tmp_path: Path, recipes: Path
) -> None:
    env = broken_package(tmp_path, "bookwheel.stores", source)
    write_settings('[index]\nstore = "broken://elsewhere"\n')
    ended = await bookwheel("search", "beets", str(recipes), env=env)
    assert ended.code == 1
    assert f"The store 'broken' of the package acme-broken {reason}" in ended.err


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise RuntimeError('no licence')", "cannot be loaded: RuntimeError: no licence"),
        ("def make(source):\n    raise KeyError('boom')", "failed on it (KeyError: 'boom')"),
        ("def make(source):\n    return 5", "returned a int, not a Document"),
    ],
)
async def test_a_broken_reader_names_its_package_and_the_other_files_are_read(
    source: str, reason: str, tmp_path: Path, recipes: Path
) -> None:
    env = broken_package(tmp_path, "bookwheel.readers", source, name=".recipe")
    (recipes / "salad.txt").write_text("Slice two beets.\n")
    ended = await bookwheel("index", str(recipes), env=env)
    assert "1 indexed, 1 failed" in ended.out
    assert "acme-broken" in ended.err
    assert reason in ended.err


async def test_an_unknown_provider_names_those_that_can_be_chosen(template: Mapping[str, str], recipes: Path) -> None:
    write_settings('[model]\nprovider = "exmple"\n')
    ended = await bookwheel("ask", "Q", str(recipes), env=template)
    assert ended.code == 2
    assert "Did you mean example?" in ended.err


async def test_an_unknown_tool_is_wrong_usage_and_found_by_the_doctor(recipes: Path) -> None:
    ended = await asked('[tools]\nplugins = "nowhere"\n', {}, recipes)
    assert (ended.code, "nowhere" in ended.err) == (2, True)
    doctor = await bookwheel("doctor")
    assert (doctor.code, "tools.plugins names 'nowhere'" in doctor.out) == (1, True)


def test_a_provider_of_another_package_gets_only_a_key_that_was_named_for_it() -> None:
    openai = FoundKeys(environment={"OPENAI_API_KEY": Secret("sk-openai-1")}, dotenv={"OPENAI_API_KEY": Secret("sk-2")})
    config = Config(model=ModelSettings(provider="example"), found_keys=openai)
    assert plugin_key(config, "model") is None
    named = FoundKeys(environment={"EXAMPLE_KEY": Secret("key-of-example")})
    model = ModelSettings(provider="example", api_key_env="EXAMPLE_KEY")
    key = plugin_key(replace(config, model=model, found_keys=named), "model")
    assert key is not None
    assert key.secret.reveal() == "key-of-example"
