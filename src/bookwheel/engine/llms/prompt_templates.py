"""`PromptTemplate` and `ChatPromptTemplate`: prompts with `{names}` that are filled in later, by LlamaIndex's names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bookwheel.engine.schema import ChatMessage, MessageRole, chat_messages
from bookwheel.lazy_regex import lazy_regex

_IN_BRACES = lazy_regex(r"\{([^{}]+)\}")
_NAME = lazy_regex(r"\{([a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*)\}")


class Template(Protocol):
    """What fills in a prompt: a plain string with `{names}`, or a template object."""

    def format(self, **values: Any) -> str: ...


class _Prompt:
    """A prompt whose names get their values later.

    A name in braces that has no value stays as it is, and so do all other braces: JSON needs no escaping. Names may
    have values already (`partial_format`), be given under other names (`template_var_mappings`), or be computed from
    all values (`function_mappings`).
    """

    def __init__(
        self,
        prompt_type: str = "custom",
        output_parser: object = None,
        metadata: Mapping[str, Any] | None = None,
        template_var_mappings: Mapping[str, str] | None = None,
        function_mappings: Mapping[str, Callable[..., str]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.prompt_type = prompt_type
        self.output_parser = output_parser
        self.metadata = dict(metadata or {})
        self.template_var_mappings = dict(template_var_mappings or {})
        self.function_mappings = dict(function_mappings or {})
        self.kwargs = kwargs

    def _options(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a copy with these values filled in."""
        return {
            "prompt_type": self.prompt_type,
            "output_parser": self.output_parser,
            "metadata": self.metadata,
            "template_var_mappings": self.template_var_mappings,
            "function_mappings": self.function_mappings,
            **self.kwargs,
            **values,
        }

    def _mapped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {**self.kwargs, **values}
        made = {name: make(**given) for name, make in self.function_mappings.items()}
        return {self.template_var_mappings.get(name, name): value for name, value in {**given, **made}.items()}


class PromptTemplate(_Prompt):
    """A prompt of one text. `template_vars` are the names in it, in order."""

    def __init__(self, template: str, prompt_type: str = "custom", **options: Any) -> None:
        super().__init__(prompt_type, **options)
        self.template = template

    @property
    def template_vars(self) -> list[str]:
        """The names in the template, in order."""
        return _NAME.findall(self.template)

    def partial_format(self, **values: Any) -> PromptTemplate:
        """The same prompt with some names filled in."""
        return PromptTemplate(self.template, **self._options(values))

    def format(self, llm: object = None, **values: Any) -> str:
        """The prompt with the names that have values filled in; values that it does not name are left out."""
        return _filled(self.template, self._mapped(values))

    def format_messages(self, llm: object = None, **values: Any) -> list[ChatMessage]:
        """The prompt as one message of the user."""
        return [ChatMessage(MessageRole.USER, self.format(**values))]

    def get_template(self, llm: object = None) -> str:
        """The text with its names."""
        return self.template


class ChatPromptTemplate(_Prompt):
    """A prompt of several messages; see `PromptTemplate`."""

    def __init__(
        self,
        message_templates: Sequence[ChatMessage | Mapping[str, Any] | str],
        prompt_type: str = "custom",
        **options: Any,
    ) -> None:
        super().__init__(prompt_type, **options)
        self.message_templates = chat_messages(message_templates)

    @classmethod
    def from_messages(
        cls, message_templates: Sequence[tuple[str, str] | ChatMessage], **kwargs: Any
    ) -> ChatPromptTemplate:
        """A template of messages, or of pairs of role and text."""
        messages = [
            message if isinstance(message, ChatMessage) else ChatMessage(role=message[0], content=message[1])
            for message in message_templates
        ]
        return cls(messages, **kwargs)

    @property
    def template_vars(self) -> list[str]:
        """The names in all messages, in order."""
        return [name for message in self.message_templates for name in _NAME.findall(message.content or "")]

    def partial_format(self, **values: Any) -> ChatPromptTemplate:
        """The same prompt with some names filled in."""
        return ChatPromptTemplate(self.message_templates, **self._options(values))

    def format_messages(self, llm: object = None, **values: Any) -> list[ChatMessage]:
        """The messages with the names that have values filled in."""
        given = self._mapped(values)
        return [ChatMessage(message.role, _filled(message.content or "", given)) for message in self.message_templates]

    def format(self, llm: object = None, **values: Any) -> str:
        """The messages as one text, each after its role, with the role of the answer at the end."""
        return _as_text(self.format_messages(**values))

    def get_template(self, llm: object = None) -> str:
        """As `format`, with the names."""
        return _as_text(self.message_templates)


def as_template(prompt: Template | str) -> Template:
    """A plain text as a template; a template as it is."""
    return PromptTemplate(prompt) if isinstance(prompt, str) else prompt


def prompt_messages(prompt: Template | str, values: Mapping[str, Any]) -> list[ChatMessage]:
    """The messages of a prompt of any kind, filled in."""
    template = as_template(prompt)
    if isinstance(template, PromptTemplate | ChatPromptTemplate):
        return template.format_messages(**values)
    return [ChatMessage(MessageRole.USER, template.format(**values))]


def _as_text(messages: Sequence[ChatMessage]) -> str:
    return "\n".join([*map(str, messages), "assistant: "])


def _filled(template: str, values: Mapping[str, Any]) -> str:
    # Not `str.format`, which fails at a brace that is meant as such, and takes attributes of values (`{x.__class__}`).
    def value_of(found: re.Match[str]) -> str:
        return str(values.get(found[1], found[0]))

    return _IN_BRACES.sub(value_of, template)
