"""`bookwheel run`: the app, or one answer, on the user's own workflow."""

from __future__ import annotations

import click

from bookwheel.cli.inputs import question_text
from bookwheel.cli.options import NumberRange, options_of, shared_options
from bookwheel.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  bookwheel run my_flow:agent
  bookwheel run my_flow.py:make_agent "What is the weather in Oslo?"
  bookwheel run my_flow:agent "Plan it" --json | jq .type
  echo "Plan it" | bookwheel run my_flow:agent - --print

\b
OBJECT is a workflow, or a class or a function that makes one without
arguments. MODULE is searched for in the working directory first; its code is
run. Exit codes are those of 'bookwheel ask'."""
)
@click.argument("workflow", metavar="MODULE:OBJECT")
@click.argument("message", required=False)
@click.option("--json", "as_json", is_flag=True, help="No app: print the event log as it happens.")
@click.option("--print", "as_text", is_flag=True, help="No app: print the answer as it is written.")
@click.option(
    "--time-limit",
    type=NumberRange(0, min_open=True),
    metavar="SECONDS",
    help="Stop each run that takes longer.",
)
@shared_options("profile", "theme", "plain", "no_color", "debug")
@click.pass_context
def run(
    context: click.Context,
    workflow: str,
    message: str | None,
    as_json: bool,
    as_text: bool,
    time_limit: float | None,
) -> int:
    """Open the app on your own workflow.

    That is any object whose run(user_msg=...) gives a handler with stream_events(): a workflow or an agent of
    Bookwheel, of LlamaIndex, or one that you wrote from scratch. MESSAGE is sent at once.
    """
    from bookwheel.cli.work.run import ask_once, open_on

    options = options_of(context)
    if as_json and as_text:
        raise UsageError("--json and --print cannot be combined.", hint="Choose one of them.")
    if not (as_json or as_text):
        if message == "-":
            raise UsageError("The app cannot read its message from standard input.", hint="Add --print or --json.")
        return open_on(workflow, question_text(message) if message else "", options, time_limit_s=time_limit)
    if message is None:
        raise UsageError(
            "MESSAGE is missing: without the app it is required.", hint="'-' reads it from standard input."
        )
    return ask_once(workflow, question_text(message), options, as_json=as_json, time_limit_s=time_limit)
