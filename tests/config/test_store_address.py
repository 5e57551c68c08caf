"""The address of a shared index is shown without its password."""

import os
from pathlib import Path

import pytest

from bookwheel.config.keys import all_secrets
from bookwheel.config.load import load_config
from bookwheel.config.secret import Secret, redact
from bookwheel.config.store_address import has_password, shown_address
from bookwheel.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ""),
        ("postgresql://ann@host:5432/papers", "postgresql://ann@host:5432/papers"),
        ("postgresql:///papers?host=/run/pg", "postgresql:///papers?host=/run/pg"),
        ("postgresql://ann:s3cr3t@h1,h2:5433/papers", "postgresql://ann:(hidden)@h1,h2:5433/papers"),
        ("postgresql://ann:s3/cr@3?t@host/papers", "postgresql://ann:(hidden)@host/papers"),
        (
            "postgresql://host/papers?password=s3cr3t&sslmode=require&sslpassword=x",
            "postgresql://host/papers?password=(hidden)&sslmode=require&sslpassword=(hidden)",
        ),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert shown_address(Secret(address)) == shown
    assert has_password(Secret(address)) == ("(hidden)" in shown)


def test_a_traceback_shows_neither_spelling_of_the_password(tmp_path: Path) -> None:
    config = load_config(file=config_file(tmp_path, "postgresql://ann:s3%3Dcr3t@host/papers"))
    text = "connecting to postgresql://ann:s3%3Dcr3t@host/papers with password=s3=cr3t"
    assert redact(text, all_secrets(config)) == (
        "connecting to postgresql://ann:(hidden)@host/papers with password=(hidden)"
    )


def config_file(tmp_path: Path, address: str, mode: int = 0o600) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f'[index]\nstore = "{address}"\n')
    os.chmod(file, mode)
    return file


def test_the_setting_takes_an_address(tmp_path: Path) -> None:
    config = load_config(file=config_file(tmp_path, "postgresql://ann:s3cr3t@host/papers"))
    assert config.index.store.reveal() == "postgresql://ann:s3cr3t@host/papers"
    assert "s3cr3t" not in repr(config)


def test_an_invalid_address_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"index\.store, file .*line 2.*: not the address of") as caught:
        load_config(file=config_file(tmp_path, "ann:s3cr3t@host"))
    assert "s3cr3t" not in str(caught.value)


def test_a_readable_file_is_warned_about_only_when_its_address_has_a_password(tmp_path: Path) -> None:
    assert load_config(file=config_file(tmp_path, "postgresql://ann@host/papers", 0o644)).notes == ()
    [note] = load_config(file=config_file(tmp_path, "postgresql://ann:s3cr3t@host/papers", 0o644)).notes
    assert "chmod 600" in note
