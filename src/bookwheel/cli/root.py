"""The command `bookwheel`: its commands, and the app when the first argument is not one of them."""

from __future__ import annotations

from importlib import import_module

import click
from click.shell_completion import CompletionItem

from bookwheel import __version__
from bookwheel.cli.given_options import OutputClosedError
from bookwheel.cli.options import FILTER, options_of, shared_options

# In the order of the help screen: first what a new user needs.
VERBS = {
    "demo": "bookwheel.cli.commands.desk:demo",
    "ask": "bookwheel.cli.commands.ask:ask",
    "research": "bookwheel.cli.commands.research:research",
    "search": "bookwheel.cli.commands.search:search",
    "index": "bookwheel.cli.commands.index:index",
    "run": "bookwheel.cli.commands.run:run",
    "sessions": "bookwheel.cli.commands.sessions:sessions",
    "replay": "bookwheel.cli.commands.replay:replay",
    "mcp": "bookwheel.cli.commands.mcp:mcp",
    "acp": "bookwheel.cli.commands.acp:acp",
    "serve": "bookwheel.cli.commands.serve:serve",
    "keys": "bookwheel.cli.commands.try_keys:keys",
    "config": "bookwheel.cli.commands.config:config",
    "doctor": "bookwheel.cli.commands.doctor:doctor",
    "completion": "bookwheel.cli.commands.completion:completion",
}
DESK = "bookwheel.cli.commands.desk:desk"


class Root(click.Group):
    """A group that imports a command when it is called; any other first argument is a path for the app."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _load(VERBS[cmd_name]) if cmd_name in VERBS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in VERBS:
            return super().resolve_command(ctx, args)
        return "", _load(DESK), args

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise OutputClosedError from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage("bookwheel", "[OPTIONS] [PATH]...")
        formatter.write_usage("bookwheel", "[OPTIONS] COMMAND [ARGS]...", prefix="       ")


def _load(location: str) -> click.Command:
    module, _, name = location.partition(":")
    command = getattr(import_module(module), name)
    assert isinstance(command, click.Command)
    return command


EPILOG = """\b
Examples:
  bookwheel ~/papers              open the app on a folder
  bookwheel demo                  open it on its own guide
  bookwheel --continue            open the last session again
  bookwheel ask "What does w do?" ~/papers
  bookwheel ./ask                 a folder with the name of a command

\b
Exit codes: 0 an answer; 1 the run failed; 2 wrong usage or settings;
3 nothing in the documents supports an answer; 4 stopped by a limit or a
denied tool; 130 interrupted."""


@click.command(
    cls=Root,
    name="bookwheel",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog=EPILOG,
)
@shared_options(
    "resume_last", "session_id", "desk", "agent", "model", "allow_env_endpoint", "profile", "top_k", "max_cost", *FILTER
)
@shared_options("theme", "plain", "no_color", "debug")
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def root(context: click.Context) -> int | None:
    """A research assistant over your own documents.

    Without a command it opens the app on the given files and folders, or on those used last.
    """
    options = options_of(context)
    verb = context.invoked_subcommand
    if verb is None:
        from bookwheel.cli.work.desk import open_desk

        return open_desk(options, [])
    if verb and verb != "ask" and (options.resume_last or options.session_id):
        raise click.UsageError(f"--continue and --session go with 'ask' and the app, not with '{verb}'.", context)
    return None
