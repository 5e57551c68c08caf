"""`bookwheel completion`: a script that makes the shell complete commands, options, sessions and paths."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from bookwheel.errors import UsageError

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog="""\b
Examples:
  bash:  bookwheel completion bash > ~/.local/share/bash-completion/completions/bookwheel
  zsh:   bookwheel completion zsh > ~/.zfunc/_bookwheel     (with ~/.zfunc in fpath)
  fish:  bookwheel completion fish > ~/.config/fish/completions/bookwheel.fish"""
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell."""
    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"There is no completion for {shell}.", hint=f"There is one for: {', '.join(_SHELLS)}.")
    click.echo(found(context.find_root().command, {}, "bookwheel", "_BOOKWHEEL_COMPLETE").source())
