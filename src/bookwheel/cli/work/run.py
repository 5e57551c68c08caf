"""Opens a desk on the user's own workflow, with or without the app."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from bookwheel import wiring
from bookwheel.cli.console import make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.work.ask import ask
from bookwheel.cli.work.desk import is_plain, open_app, refuse_without_terminal
from bookwheel.headless.budget import AskLimits


def open_on(workflow: str, message: str, options: Options, *, time_limit_s: float | None) -> int:
    """Open the app on the workflow and send it `message` at once; the exit code of the app."""
    if not is_plain(options):
        refuse_without_terminal("In a script use: bookwheel run MODULE:OBJECT MESSAGE --print")
    config = options.load_or_defaults()
    assistant = wiring.build_own(workflow, config, time_limit_s=time_limit_s)
    return open_app(lambda: assistant, config, options, question=message)


def ask_once(workflow: str, message: str, options: Options, *, as_json: bool, time_limit_s: float | None) -> int:
    """Print one answer of the workflow on standard output; the exit code."""
    console = make_console(no_color=options.no_color, is_data=as_json)
    config = options.load()
    console.notes(config)
    # Standard output is for the answer alone: what the workflow prints goes to standard error.
    with redirect_stdout(sys.stderr):
        assistant = wiring.build_own(workflow, config, time_limit_s=time_limit_s)
        return ask(assistant, message, [], console, options, AskLimits(time_limit_s=time_limit_s), as_json=as_json)
