"""The settings in force, from every place they may stand."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookwheel.config.env_endpoints import EnvEndpoint, remember
from bookwheel.config.load import MAX_BYTES, load_config, load_config_or_defaults
from bookwheel.config.setting_tables import Config, Value
from bookwheel.errors import ConfigError


def load(
    folder: Path,
    toml: str | bytes | None = None,
    *,
    dotenv: str = "",
    environ: Mapping[str, str] | None = None,
    profile: str = "",
    model: str = "",
) -> Config:
    file = folder / "config.toml"
    if toml is not None:
        file.write_bytes(toml.encode() if isinstance(toml, str) else toml)
    if dotenv:
        (folder / ".env").write_text(dotenv)
    flags: dict[str, Value] = {"model.allow_env_endpoint": True, **({"model.name": model} if model else {})}
    return load_config(file=file, folder=folder, environ=environ or {}, profile=profile, flags=flags)


def error_of(folder: Path, toml: str | bytes, *, profile: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, toml, profile=profile)
    assert caught.value.hint
    return caught.value.message


def test_without_a_file_everything_is_at_its_default(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert config.model.provider == "auto"
    assert config.tools.web == "ask"
    assert str(config.origin("model.name")) == "default"


def test_a_value_has_the_line_of_its_setting(tmp_path: Path) -> None:
    config = load(tmp_path, '# mine\n[model]\n  name = "qwen3"\n')
    assert config.model.name == "qwen3"
    assert str(config.origin("model.name")) == "file (line 3, column 3)"


def test_each_source_is_stronger_than_the_one_before(tmp_path: Path) -> None:
    toml = (
        '[model]\nbase_url = "https://file.example/v1"\n[profiles.work.model]\nbase_url = "https://work.example/v1"\n'
    )
    dotenv = "OPENAI_BASE_URL=https://dotenv.example/v1\n"
    environ = {"OPENAI_BASE_URL": "https://environment.example/v1"}

    def origin(config: Config) -> tuple[str, str]:
        return config.model.base_url.split("/")[2].split(".")[0], config.origin("model.base_url").kind

    assert origin(load(tmp_path, "", dotenv=dotenv)) == ("dotenv", ".env")
    assert origin(load(tmp_path, toml, dotenv=dotenv)) == ("file", "file")
    assert origin(load(tmp_path, toml, environ=environ)) == ("environment", "environment")
    assert origin(load(tmp_path, toml, environ=environ, profile="work")) == ("work", "profile")


def test_a_flag_is_stronger_than_all(tmp_path: Path) -> None:
    config = load(tmp_path, '[model]\nname = "a"\n[profiles.p.model]\nname = "b"\n', profile="p", model="c")
    assert (config.model.name, str(config.origin("model.name"))) == ("c", "flag")


def test_the_file_can_choose_a_profile(tmp_path: Path) -> None:
    config = load(tmp_path, 'profile = "p"\n[profiles.p.retrieval]\ntop_k = 3\n')
    assert (config.retrieval.top_k, config.profile) == (3, "p")


@pytest.mark.fault("C4")
@pytest.mark.parametrize("empty", ["", " ", "\t\n"])
def test_an_empty_variable_counts_as_unset(tmp_path: Path, empty: str) -> None:
    config = load(tmp_path, environ={"OPENAI_BASE_URL": empty, "OPENAI_API_KEY": empty, "TAVILY_API_KEY": empty})
    assert config.model.base_url == ""
    assert not config.found_keys.environment


def test_an_empty_text_in_the_file_does_not_hide_the_value_of_a_dotenv(tmp_path: Path) -> None:
    config = load(tmp_path, '[model]\nbase_url = ""\n', dotenv="OPENAI_BASE_URL=http://127.0.0.1:1/v1")
    assert config.model.base_url == "http://127.0.0.1:1/v1"


def test_only_three_names_are_read_from_a_dotenv(tmp_path: Path) -> None:
    dotenv = """
        # comment
        export OPENAI_API_KEY='sk-quoted # not a comment'
        OPENAI_BASE_URL = "http://127.0.0.1:9/v1"   # comment
        TAVILY_API_KEY=tvly-plain # comment
        PATH=/evil
        GROQ_API_KEY=gsk-other
    """
    config = load(tmp_path, dotenv=dotenv)
    assert config.model.base_url == "http://127.0.0.1:9/v1"
    assert {name: key.reveal() for name, key in config.found_keys.dotenv.items()} == {
        "OPENAI_API_KEY": "sk-quoted # not a comment",
        "TAVILY_API_KEY": "tvly-plain",
    }


def test_an_unreadable_dotenv_is_noted_and_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")
    config = load(tmp_path)
    assert config.notes == (f".env in {tmp_path} is not used: is not a regular file.",)


@pytest.mark.fault("C1")
@pytest.mark.parametrize(
    ("toml", "place", "reason"),
    [
        ('[model]\nname = "x\n', "line 2, column 10", "Illegal character"),
        ("[model\n", "line 1, column 7", "Expected ']'"),
        ("[model]\n[model]\n", "line 2, column 7", "twice"),
        ('[model]\nname = "a"\nname = "b"\n', "line 3, column 11", "overwrite"),
        ("[model]\nname =\n", "line 2, column 7", "Invalid value"),
        ('[model]\nname = """abc', "line 2, column 14", "the file ends here"),
        (b'\xef\xbb\xbf[model]\r\nname = "x\r\n', "line 2, column 10", "Illegal character"),
        (b'[model]\nname = "\xff"\n', "line 2", "not UTF-8"),
    ],
)
def test_a_syntax_error_names_file_line_and_reason(tmp_path: Path, toml: str | bytes, place: str, reason: str) -> None:
    message = error_of(tmp_path, toml)
    assert str(tmp_path / "config.toml") in message
    assert place in message
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("[model]\nnmae = 1\n", "line 2, column 1: model.nmae is not a setting. Did you mean model.name?"),
        ("[modle]\n", "line 1: modle is not a setting. Did you mean model?"),
        ('theme = "x"\n', "line 1, column 1: theme is not a setting. Did you mean ui.theme?"),
        ("[model]\ntop_k = 3\n", "model.top_k is not a setting. Did you mean retrieval.top_k?"),
        ("[model]\nname = 3\n", "model.name must be a text in quotes, not a number."),
        ('[retrieval]\ntop_k = "3"\n', "retrieval.top_k must be a whole number, not a text."),
        ("[retrieval]\ntop_k = true\n", "retrieval.top_k must be a whole number, not true or false."),
        ("[retrieval]\ntop_k = 0\n", "retrieval.top_k must be at least 1, not 0."),
        ("[retrieval]\ntop_k = 101\n", "retrieval.top_k must be at most 100, not 101."),
        ("[model]\ntimeout_s = nan\n", "model.timeout_s must be a number, not nan."),
        ('[tools]\nweb = "onn"\n', 'tools.web must be one of "off", "ask", "on", not "onn". Did you mean on?'),
        ('[model]\nname = "a\\u001bb"\n', "model.name must not hold line breaks or control characters."),
        ("model = 3\n", "model must be a table, not a number: write [model]."),
        ("[[model]]\n", "model must be a table, not a list: write [model]."),
        ("[keys]\n'app.quit' = 3\n", "keys.app.quit must be a key in quotes"),
        ("[profiles]\nx = 1\n", "profiles.x must be a table, such as [profiles.work.model]"),
        ("[profiles.x.model]\nnmae = 1\n", "profiles.x.model.nmae is not a setting. Did you mean model.name?"),
        ('profile = "y"\n[profiles.x.model]\n', 'profile does not name a profile of this file: "y".'),
        ("[ui]\ntheme = 2026-01-01\n", "ui.theme must be a text in quotes, not a date or time."),
        ('[model]\nbase_url = "ftp://x"\n', "model.base_url, file (line 2, column 1): "),
        ('[model]\nbase_url = "http://10.0.0.1/v1"\n', "unencrypted"),
        ('[model]\nbase_url = "https://me:secret@host/v1"\n', "user name or password"),
    ],
)
def test_a_mistake_is_named_with_a_suggestion(tmp_path: Path, toml: str, expected: str) -> None:
    message = error_of(tmp_path, toml)
    assert expected in message
    assert "secret" not in message


def test_plain_http_to_another_machine_can_be_forced(tmp_path: Path) -> None:
    config = load(tmp_path, '[model]\nbase_url = "http://10.0.0.1/v1"\nallow_http = true\n')
    assert config.model.base_url == "http://10.0.0.1/v1"


@pytest.mark.fault("K7")
def test_documents_go_unencrypted_to_another_machine_only_with_the_setting(tmp_path: Path) -> None:
    embeddings = '[embeddings]\nprovider = "openai"\nbase_url = "http://10.0.0.1/v1"\n'
    with pytest.raises(ConfigError, match=r"embeddings\.base_url, file .*unencrypted"):
        load(tmp_path, embeddings)
    assert load(tmp_path, embeddings + "allow_http = true\n").embeddings.base_url == "http://10.0.0.1/v1"


def test_an_unknown_profile_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean local") as caught:
        load(tmp_path, "[profiles.local.model]\n[profiles.groq.model]\n", profile="lokal")
    assert "local, groq" in caught.value.hint


@pytest.mark.fault("C1")
@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        ("a." * 20_000 + "b = 1\n", "line 1, column 4097: the line is longer than 4096 characters."),
        ("x = 1\nx = " + "[" * 4_200, "line 2, column 4097: the line is longer than 4096 characters."),
        ("x = " + "[" * 2_000 + "]" * 2_000, "nested too deeply."),
        ("#" * (MAX_BYTES + 1), "is larger than 256 kB."),
    ],
    ids=["dotted keys", "open brackets", "deep arrays", "large"],
)
def test_an_absurd_file_is_refused_before_it_is_parsed(tmp_path: Path, bomb: str, reason: str) -> None:
    """tomllib takes 1.5 GB for one line of 20,000 dotted keys, and deep arrays end in a RecursionError."""
    assert error_of(tmp_path, bomb).endswith(reason)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    assert load(tmp_path, b'\xef\xbb\xbf[model]\r\nname = "x"\r\n').model.name == "x"


def test_a_settings_file_that_is_a_folder_or_a_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigError, match="regular file"):
        load(tmp_path)
    (tmp_path / "config.toml").rmdir()
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(ConfigError, match="regular file"):
        load(tmp_path)


@pytest.mark.fault("K3")
def test_keys_in_a_file_that_others_can_read_are_warned_about(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[model]\napi_key = "sk-abcdef123456"\n')
    file.chmod(0o644)
    assert "chmod 600" in load(tmp_path).notes[0]
    file.chmod(0o600)
    assert load(tmp_path).notes == ()


def test_the_app_starts_with_the_defaults_when_the_file_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[ui]\ntheme = 3\n")
    config = load_config_or_defaults(file=file)
    assert config.ui.theme == ""
    assert "line 2" in config.notes[0]
    assert config.notes[0].endswith("The defaults are in force.")


def test_an_unknown_profile_is_always_an_error(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[profiles.local.model]\n")
    with pytest.raises(ConfigError, match="no profile 'lokal'"):
        load_config_or_defaults(file=file, profile="lokal")


@pytest.mark.fault("C1")
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_settings_or_a_settings_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(data)
    with contextlib.suppress(ConfigError):
        load_config(file=tmp_path / "config.toml", folder=tmp_path, environ={})


def test_both_variables_for_the_endpoint_are_honoured(tmp_path: Path) -> None:
    config = load(tmp_path, environ={"OPENAI_API_BASE": "https://gateway.example/v1"})
    assert config.model.base_url == "https://gateway.example/v1"
    assert str(config.origin("model.base_url")) == "environment (OPENAI_API_BASE)"
    same = {"OPENAI_API_BASE": "https://gateway.example/v1/", "OPENAI_BASE_URL": "https://gateway.example/v1"}
    assert load(tmp_path, environ=same).model.base_url == "https://gateway.example/v1"


def test_two_different_endpoints_in_the_environment_are_refused(tmp_path: Path) -> None:
    environ = {"OPENAI_API_BASE": "https://gateway.example/v1", "OPENAI_BASE_URL": "https://other.example/v1"}
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL and OPENAI_API_BASE name different endpoints") as caught:
        load(tmp_path, environ=environ)
    assert caught.value.hint == "Unset one of the two."
    stronger = '[profiles.work.model]\nbase_url = "https://work.example/v1"\n'
    assert load(tmp_path, stronger, environ=environ, profile="work").model.base_url == "https://work.example/v1"


def test_an_endpoint_of_a_dotenv_is_used_only_when_it_is_allowed(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=https://dotenv.example/v1\nOPENAI_API_KEY=sk-of-the-folder\n")

    def loaded() -> Config:
        return load_config(file=tmp_path / "config.toml", folder=tmp_path, environ={})

    config = loaded()
    endpoint = config.env_endpoint
    assert endpoint == EnvEndpoint(str(tmp_path), "https://dotenv.example/v1")
    assert (config.model.base_url, dict(config.found_keys.dotenv)) == ("", {})
    remember(endpoint, is_allowed=False)
    assert loaded().model.base_url == ""
    remember(endpoint, is_allowed=True)
    assert loaded().model.base_url == "https://dotenv.example/v1"
    assert loaded().env_endpoint is None
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=https://moved.example/v1\n")
    assert loaded().model.base_url == ""
