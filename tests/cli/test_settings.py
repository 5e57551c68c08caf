"""`bookwheel config` and `bookwheel doctor`."""

import json
import stat
from pathlib import Path

import pytest
from tests.cli.program import bookwheel, write_settings
from tests.cli.scenes import CANARY, QUESTION, use
from tests.journeys.terminal import Terminal
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import error

from bookwheel import paths


async def test_config_path_says_where_the_file_belongs() -> None:
    ended = await bookwheel("config", "path")
    assert ended.out == f"{paths.config_file()}\n"


async def test_config_init_writes_a_valid_file_and_never_replaces_one() -> None:
    first = await bookwheel("config", "init")
    assert (first.code, first.out) == (0, f"{paths.config_file()}\n")
    assert stat.S_IMODE(paths.config_file().stat().st_mode) == 0o600
    assert (await bookwheel("config", "check")).out == f"{paths.config_file()} has no mistakes.\n"
    paths.config_file().write_text("# mine\n")
    again = await bookwheel("config", "init")
    assert (again.code, "--force" in again.err) == (2, True)
    assert paths.config_file().read_text() == "# mine\n"
    assert (await bookwheel("config", "init", "--force")).code == 0


async def test_config_check_names_every_mistake() -> None:
    write_settings("[model]\nnmae = 1\n[retrieval]\ntop_k = 0\n[keys]\n'app.nope' = 'x'\n")
    ended = await bookwheel("config", "check")
    assert (ended.code, ended.out) == (2, "")
    for line, text in ((2, "model.nmae"), (4, "retrieval.top_k")):
        assert f"config.toml, line {line}, column 1: {text}" in ended.err
    assert "app.nope" in ended.err


async def test_config_check_looks_into_every_profile() -> None:
    write_settings('[profiles.box.model]\nbase_url = "http://192.0.2.7/v1"\n')
    ended = await bookwheel("config", "check")
    assert (ended.code, "unencrypted" in ended.err) == (2, True)


async def test_config_show_names_the_source_of_each_value(tmp_path: Path) -> None:
    write_settings('[model]\nname = "a"\nallow_env_endpoint = true\n[profiles.box.retrieval]\ntop_k = 3\n')
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://127.0.0.1:9/v1\n")
    ended = await bookwheel(
        "config", "show", "--profile", "box", "--json", cwd=tmp_path, env={"OPENAI_API_KEY": CANARY}
    )
    shown = {name: (row["value"], row["from"]) for name, row in json.loads(ended.out).items()}
    assert shown["model.name"] == ("a", "file (line 2, column 1)")
    assert shown["retrieval.top_k"] == (3, "profile (box)")
    assert shown["model.base_url"] == ("http://127.0.0.1:9/v1", ".env (OPENAI_BASE_URL)")
    assert shown["tools.web"] == ("ask", "default")
    # The endpoint is the .env's, so the environment's key would not be sent there.
    assert shown["model.api_key"] == (None, "default")
    text = await bookwheel("config", "show", env={"OPENAI_API_KEY": CANARY})
    assert "model.api_key = (set, not shown)" in text.out
    assert "# environment (OPENAI_API_KEY)" in text.out


async def test_keys_in_a_file_that_others_can_read_are_warned_about() -> None:
    write_settings(f'[model]\napi_key = "{CANARY}"\n')
    paths.config_file().chmod(0o644)
    for command in (["config", "check"], ["config", "show"], ["doctor"]):
        ended = await bookwheel(*command)
        assert f"chmod 600 {paths.config_file()}" in ended.out + ended.err
        assert CANARY not in ended.out + ended.err


async def test_the_doctor_finds_nothing_wrong_with_a_fresh_machine() -> None:
    ended = await bookwheel("doctor")
    assert (ended.code, ended.err) == (0, "")
    assert "extractive: the embedded default" in ended.out
    findings = [json.loads(line) for line in (await bookwheel("doctor", "--json")).lines]
    assert {finding["level"] for finding in findings} <= {"ok", "note"}


async def test_the_doctor_tries_the_endpoint(notes: Path) -> None:
    async with OpenAIServer(models=["scripted", "other"]) as server:
        use(server)
        ended = await bookwheel("doctor", env={"OPENAI_API_KEY": CANARY})
        assert f"scripted at {server.base_url}, key from environment (OPENAI_API_KEY); 2 models listed" in ended.out
        unknown = await bookwheel("doctor", "--model", "missing")
        assert (unknown.code, "It lists: scripted, other." in unknown.out) == (1, True)
        assert CANARY not in ended.out


async def test_the_doctor_names_problems_and_remedies(tmp_path: Path) -> None:
    write_settings('[model]\nbase_url = "http://127.0.0.1:9/v1"\nname = "x"\n')
    paths.config_dir().chmod(0o755)
    ended = await bookwheel("doctor")
    assert ended.code == 1
    assert "No connection to http://127.0.0.1:9/v1" in ended.out
    assert f"{paths.config_dir()} was open to other users" in ended.out + ended.err
    assert paths.config_dir().stat().st_mode & 0o777 == 0o700
    write_settings("[model\n")
    broken = await bookwheel("doctor")
    assert (broken.code, "line 1, column 7" in broken.out) == (1, True)


async def test_the_doctor_names_documents_that_cannot_be_read(notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    await bookwheel("ask", QUESTION, str(notes))
    ended = await bookwheel("doctor")
    assert "broken.pdf" in ended.out


async def test_a_key_command_is_run_only_when_a_key_is_needed(tmp_path: Path, notes: Path) -> None:
    ran = tmp_path / "ran"
    write_settings(f"""[model]\napi_key_command = "sh -c 'touch {ran}; echo sk-from-command-0123456789'"\n""")
    assert (await bookwheel("search", "mill", str(notes))).code == 0
    assert "api_key_command" in (await bookwheel("config", "show")).out
    assert not ran.exists()
    async with OpenAIServer() as server:
        use(server, f"""api_key_command = "sh -c 'touch {ran}; echo sk-from-command-0123456789'" """)
        server.replies.append(error(401, "no"))
        ended = await bookwheel("ask", QUESTION, str(notes))
        assert server.chats[0].headers["authorization"] == "Bearer sk-from-command-0123456789"
    assert ran.exists()
    assert "sk-from-command" not in ended.err


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
async def test_colours_are_printed_only_to_terminals_that_allow_them(env: dict[str, str], coloured: bool) -> None:
    async with Terminal("doctor", env=env) as terminal:
        await terminal.shows("folder")
        await terminal.wait_for_exit()
        assert (b"\x1b[" in terminal.raw) is coloured


async def test_a_progress_bar_is_drawn_on_the_terminal_while_indexing(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.md").write_text(f"# Page {number}\n\n" + "The mill wheel turns and turns. " * 200)
    async with Terminal("index", str(folder), columns=100) as terminal:
        await terminal.until(lambda: b"Indexing \xe2\x94\x81" in terminal.raw, "a bar")
        await terminal.shows("300 indexed")
        assert await terminal.wait_for_exit() == 0
    assert "Indexing" not in terminal.text
