"""The promise to scripts."""

import signal

import pytest

from bookwheel import errors
from bookwheel.headless.exit_codes import ExitCode, for_error, for_signal


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 2),
        (errors.ConfigError("x"), 2),
        (errors.MissingExtraError("office", "DOCX"), 2),
        (errors.LimitReachedError("x"), 4),
        (errors.ModelAuthError("x"), 1),
        (errors.SessionError("x"), 1),
        (errors.StoreError("x"), 1),
    ],
)
def test_each_error_has_its_code(error: errors.BookwheelError, code: int) -> None:
    assert for_error(error) == code


def test_signals_have_the_shells_codes() -> None:
    assert for_signal(signal.SIGINT) == ExitCode.INTERRUPTED == 130
    assert for_signal(signal.SIGTERM) == 143
