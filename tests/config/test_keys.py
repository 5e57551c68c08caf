"""Where keys come from, in which order, and that they are not seen."""

import os
import stat
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest

from bookwheel import paths
from bookwheel.config.keys import (
    ApiKey,
    all_secrets,
    embedding_key,
    embedding_key_source,
    model_key,
    model_key_source,
    named_key_variables,
    tavily_key,
    without_keys,
)
from bookwheel.config.load import load_config
from bookwheel.config.secret import Secret, checked_secret, redact
from bookwheel.config.setting_tables import Config, Value
from bookwheel.errors import ConfigError

CANARY = "sk-canary-0123456789abcdef"


def load(folder: Path, toml: str = "", *, dotenv: str = "", environ: Mapping[str, str] | None = None) -> Config:
    file = folder / "config.toml"
    file.write_text(toml)
    file.chmod(0o600)
    (folder / ".env").write_text(dotenv)
    flags: dict[str, Value] = {"model.allow_env_endpoint": True}
    return load_config(file=file, folder=folder, environ=environ or {}, flags=flags)


def printing(folder: Path, text: str, *, code: int = 0) -> str:
    script = folder / "print-key"
    script.write_text(f"#!{sys.executable}\nimport os, sys\nprint({text!r})\nsys.exit({code})\n")
    script.chmod(stat.S_IRWXU)
    return f"{script} show openai"


def found(key: ApiKey | None) -> tuple[str, str] | None:
    return (key.secret.reveal(), key.source) if key else None


def test_key_sources_are_tried_in_order(tmp_path: Path) -> None:
    command = f'api_key_command = "{printing(tmp_path, "sk-command")}"\n'
    in_file = '[model]\napi_key = "sk-file"\n'
    dotenv = "OPENAI_API_KEY=sk-dotenv\n"
    environ = {"OPENAI_API_KEY": "sk-environment"}

    assert found(model_key(load(tmp_path))) is None
    assert found(model_key(load(tmp_path, in_file))) == ("sk-file", "file (line 2, column 1)")
    assert found(model_key(load(tmp_path, in_file, dotenv=dotenv))) == ("sk-dotenv", ".env")
    assert found(model_key(load(tmp_path, in_file + command, dotenv=dotenv))) == ("sk-command", "api_key_command")
    assert found(model_key(load(tmp_path, in_file + command, dotenv=dotenv, environ=environ))) == (
        "sk-environment",
        "environment (OPENAI_API_KEY)",
    )


KEYRING = """
from keyring.errors import KeyringError

def get_password(service, user):
    if user == "LOCKED_KEY":
        raise KeyringError("locked")
    return {("bookwheel", "OPENAI_API_KEY"): "sk-keyring", ("bookwheel", "TAVILY_API_KEY"): "tvly-keyring"}.get(
        (service, user)
    )
"""


def test_the_system_keyring_is_tried_before_dotenv_when_its_extra_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "keyring"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(KEYRING)
    (package / "errors.py").write_text("class KeyringError(Exception): ...\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    for name in ("keyring", "keyring.errors"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    assert found(model_key(load(tmp_path, dotenv="OPENAI_API_KEY=sk-dotenv\n"))) == ("sk-keyring", "keyring")
    assert found(tavily_key(load(tmp_path))) == ("tvly-keyring", "keyring")
    locked = '[model]\napi_key_env = "LOCKED_KEY"\napi_key = "sk-file"\n'
    assert found(model_key(load(tmp_path, locked))) == ("sk-file", "file (line 3, column 1)")
    for name in ("keyring", "keyring.errors"):
        sys.modules.pop(name, None)


def test_another_variable_can_hold_the_key_so_that_openais_is_not_sent_elsewhere(tmp_path: Path) -> None:
    toml = '[model]\nbase_url = "https://api.groq.com/openai/v1"\napi_key_env = "GROQ_API_KEY"\n'
    environ = {"OPENAI_API_KEY": CANARY, "GROQ_API_KEY": "gsk-own"}
    assert found(model_key(load(tmp_path, toml, environ=environ))) == ("gsk-own", "environment (GROQ_API_KEY)")
    assert model_key(load(tmp_path, toml, environ={"OPENAI_API_KEY": CANARY})) is None


def test_the_embedding_model_has_a_key_of_its_own(tmp_path: Path) -> None:
    toml = '[model]\napi_key = "sk-model"\n[embeddings]\nprovider = "openai"\napi_key = "sk-embeddings"\n'
    config = load(tmp_path, toml)
    assert found(embedding_key(config)) == ("sk-embeddings", "file (line 5, column 1)")
    assert "sk-embeddings" in [secret.reveal() for secret in all_secrets(config)]
    assert "sk-embeddings" not in repr(config)
    own = load(tmp_path, toml + 'api_key_env = "VOYAGE_KEY"\n', environ={"VOYAGE_KEY": "sk-voyage"})
    assert found(embedding_key(own)) == ("sk-voyage", "environment (VOYAGE_KEY)")
    assert embedding_key_source(own) == "environment (VOYAGE_KEY)"
    failing = load(tmp_path, f'[embeddings]\napi_key_command = "{printing(tmp_path, "", code=3)}"\n')
    with pytest.raises(ConfigError, match=r"embeddings\.api_key_command .* exit code 3"):
        embedding_key(failing)


def test_an_endpoint_that_only_a_dotenv_names_gets_no_other_key_than_that_dotenvs(tmp_path: Path) -> None:
    """A folder of documents may be a stranger's, and its `.env` with it."""
    dotenv = "OPENAI_BASE_URL=https://evil.example/v1\n"
    toml = f'[model]\napi_key = "{CANARY}"\n'
    assert model_key(load(tmp_path, toml, dotenv=dotenv, environ={"OPENAI_API_KEY": CANARY})) is None
    with_own_key = load(tmp_path, toml, dotenv=dotenv + "OPENAI_API_KEY=sk-own\n")
    assert found(model_key(with_own_key)) == ("sk-own", ".env")


def test_the_search_key_has_the_same_order(tmp_path: Path) -> None:
    toml = '[tools]\ntavily_api_key = "tvly-file"\n'
    assert found(tavily_key(load(tmp_path, toml))) == ("tvly-file", "file (line 2, column 1)")
    assert found(tavily_key(load(tmp_path, toml, dotenv="TAVILY_API_KEY=tvly-dotenv"))) == ("tvly-dotenv", ".env")
    environ = {"TAVILY_API_KEY": "tvly-env"}
    assert found(tavily_key(load(tmp_path, toml, environ=environ))) == ("tvly-env", "environment (TAVILY_API_KEY)")


def test_only_the_first_line_of_a_commands_output_is_the_key(tmp_path: Path) -> None:
    command = printing(tmp_path, f"{CANARY}\nuser: me\nurl: https://example.org")
    config = load(tmp_path, f'[model]\napi_key_command = "{command}"\n')
    assert found(model_key(config)) == (CANARY, "api_key_command")


def test_a_command_does_not_see_other_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAVILY_API_KEY", CANARY)
    monkeypatch.setenv("GROQ_API_KEY", CANARY)
    script = tmp_path / "env-key"
    script.write_text(
        f"#!{sys.executable}\nimport os\nprint('seen' if {CANARY!r} in os.environ.values() else 'sk-x')\n"
    )
    script.chmod(stat.S_IRWXU)
    config = load(tmp_path, f'[model]\napi_key_env = "GROQ_API_KEY"\napi_key_command = "{script}"\n')
    assert found(model_key(config)) == ("sk-x", "api_key_command")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("no-such-program-here show", "cannot be run: No such file or directory: no-such-program-here"),
        ("'unclosed", "not a valid command: No closing quotation"),
    ],
)
def test_a_key_command_that_cannot_run_is_an_error(tmp_path: Path, command: str, expected: str) -> None:
    config = load(tmp_path, f'[model]\napi_key_command = "{command}"\n')
    with pytest.raises(ConfigError, match=expected):
        model_key(config)


def test_a_key_command_that_prints_without_end_is_stopped(tmp_path: Path) -> None:
    config = load(tmp_path, '[model]\napi_key_command = "yes"\n')
    with pytest.raises(ConfigError, match="prints more than 1 MB"):
        model_key(config)


def test_a_key_command_may_leave_an_agent_running_that_holds_its_output(tmp_path: Path) -> None:
    fifo = tmp_path / "end"
    os.mkfifo(fifo)
    script = tmp_path / "key"
    script.write_text(f"#!/bin/sh\ncat {fifo} &\necho {CANARY}\n")
    script.chmod(0o700)
    config = load(tmp_path, f'[model]\napi_key_command = "{script}"\n')
    try:
        assert found(model_key(config)) == (CANARY, "api_key_command")
    finally:
        fifo.write_text("")


def test_a_failing_key_command_is_an_error_without_its_output(tmp_path: Path) -> None:
    config = load(tmp_path, f'[model]\napi_key_command = "{printing(tmp_path, CANARY, code=3)}"\n')
    with pytest.raises(ConfigError, match="exit code 3") as caught:
        model_key(config)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.fault("K4")
@pytest.mark.parametrize("key", ["sk-a\nX-Evil: 1", "sk-a\x1b[2J", "sk-ключ", "sk-a b", "sk-\x00"])
def test_a_key_that_does_not_fit_into_a_header_is_refused_without_being_shown(tmp_path: Path, key: str) -> None:
    config = load(tmp_path, environ={"OPENAI_API_KEY": key})
    with pytest.raises(ConfigError, match="environment") as caught:
        model_key(config)
    assert key not in str(caught.value)


def test_a_line_end_after_a_key_is_removed() -> None:
    assert checked_secret("sk-abc\r\n", "a file").reveal() == "sk-abc"


def test_a_source_is_named_without_running_anything(tmp_path: Path) -> None:
    config = load(tmp_path, '[model]\napi_key_command = "no-such-program-here"\n')
    assert model_key_source(config) == "api_key_command"
    assert model_key_source(load(tmp_path)) == ""


def test_a_key_is_in_no_repr(tmp_path: Path) -> None:
    toml = f'[model]\napi_key = "{CANARY}"\n[tools]\ntavily_api_key = "{CANARY}"\n'
    config = load(tmp_path, toml, dotenv=f"OPENAI_API_KEY={CANARY}", environ={"OPENAI_API_KEY": CANARY})
    for shown in (repr(config), str(config), repr(config.found_keys), repr(model_key(config)), f"{Secret(CANARY)}"):
        assert CANARY not in shown


def test_redaction_removes_known_keys_and_texts_shaped_like_keys() -> None:
    text = f"{CANARY} own-key-without-shape Authorization: Bearer abc.def sk-proj-other_key12 tvly-dev-12345678 sky"
    redacted = redact(text, [Secret(CANARY), Secret("own-key-without-shape")])
    for key in (CANARY, "own-key-without-shape", "abc.def", "sk-proj-other_key12", "tvly-dev-12345678"):
        assert key not in redacted
    assert redacted.endswith(" sky")


@pytest.mark.fault("K6")
def test_helpers_get_an_environment_without_keys() -> None:
    environ = {"OPENAI_API_KEY": "a", "TAVILY_API_KEY": "b", "GROQ_API_KEY": "c", "HOME": "/home/me"}
    assert without_keys(environ, ["GROQ_API_KEY"]) == {"HOME": "/home/me"}


def test_the_variables_that_the_settings_name_for_keys_are_known_in_every_profile() -> None:
    file = paths.config_file()
    file.parent.mkdir(mode=0o700, parents=True)
    file.write_text(
        '[model]\napi_key_env = "GROQ_API_KEY"\n[retrieval]\nrerank_key_env = "JINA"\n'
        '[profiles.work.model]\napi_key_env = "WORK_KEY"\n'
    )
    assert named_key_variables() == {"GROQ_API_KEY", "JINA", "WORK_KEY"}
    file.write_text("[model\n")
    assert named_key_variables() == set()
