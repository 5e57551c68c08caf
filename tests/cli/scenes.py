"""A small folder of documents, a server that answers from a script, and the questions."""

import json
from collections.abc import Mapping
from typing import Any

from tests.cli.program import Ended, write_settings
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Gate, Part, Reply, say

from bookwheel import paths

NOTES = """# The mill

The mill wheel turns at nine revolutions a minute. It was rebuilt in 1588 by Agostino.

# The garden

The garden has forty apple trees and a well that never runs dry.
"""
QUESTION = "How fast does the mill wheel turn?"
CANARY = "sk-canary-0123456789abcdef"


def use(server: OpenAIServer, *more: str) -> None:
    """Settings that name the server; `more` are lines of their [model]."""
    lines = ["[model]", f'base_url = "{server.base_url}"', 'name = "scripted"', "max_retries = 0", *more]
    write_settings("\n".join(lines))


def use_hosted(server: OpenAIServer) -> Mapping[str, str]:
    """Settings that name a model at its maker's address, and an environment in which its requests go to the server.

    The server is their proxy, so that the host and with it the price are those of the maker.
    """
    server.models = ["gpt-4o-mini"]
    model = ['base_url = "http://api.openai.com/v1"', 'name = "gpt-4o-mini"', "allow_http = true", "max_retries = 0"]
    write_settings("\n".join(["[model]", *model]))
    return {"HTTP_PROXY": server.root_url, "OPENAI_API_KEY": "sk-x"}


def interrupted_by(part: Part, text: str, *, after_words: int) -> Reply:
    """An answer in which something happens after some words."""
    reply = say(text)
    at = 1 + after_words  # the first part only names the role
    return Reply([*reply.parts[:at], part, *reply.parts[at:]])


def held(text: str, *, after_words: int) -> tuple[Reply, Gate]:
    """An answer that stops after some words until the gate is opened."""
    gate = Gate()
    return interrupted_by(gate, text, after_words=after_words), gate


def events(ended: Ended) -> list[dict[str, Any]]:
    """The event log that a program printed."""
    return [json.loads(line) for line in ended.lines]


def assert_canary_is_nowhere(ended: Ended) -> None:
    """The key is neither in what the program printed nor in any of its files."""
    assert CANARY not in ended.out + ended.err
    for folder in (paths.config_dir(), paths.data_dir()):
        for file in folder.rglob("*"):
            assert not (file.is_file() and CANARY.encode() in file.read_bytes()), file
