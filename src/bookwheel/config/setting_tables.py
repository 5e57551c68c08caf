"""Every setting: its name, default, effect and allowed values; the loader, the example file and `config` use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal, TypeAlias

from bookwheel.config.desk_settings import LimitSettings, ResearchSettings, UiSettings
from bookwheel.config.search_settings import EmbeddingSettings, IndexSettings, RetrievalSettings
from bookwheel.config.secret import Secret
from bookwheel.config.setting_info import about
from bookwheel.engine.llms.llm_options import ToolMode
from bookwheel.engine.tools.approval import WEB_POLICIES, WebPolicy
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.config.env_endpoints import EnvEndpoint
    from bookwheel.config.mcp_servers import McpServer

# The settings that a desk keeps when they are changed in it, and the mode, which is none of them.
THEME, MODEL, WEB, MODE = "ui.theme", "model.name", "tools.web", "mode"
# Other providers are those of installed packages.
PROVIDERS = ("auto", "openai", "local", "extractive", "huggingface", "langchain")
TOOL_MODES: tuple[ToolMode, ...] = ("auto", "native", "json", "react")

Value: TypeAlias = "bool | int | float | str | Secret | tuple[str, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """The language model that answers."""

    provider: str = field(
        default="auto",
        metadata=about(
            """
            What answers. "auto" uses the endpoint named below, else OpenAI when there is an OPENAI_API_KEY,
            else a model server on this machine (Ollama, llama.cpp, LM Studio, vLLM), else "extractive".
            "openai" is any OpenAI-compatible endpoint, "local" only a server on this machine, "extractive" the
            embedded default, which quotes the passages found and needs no model. "huggingface" runs a model of the
            hub here, "langchain" a chat model of LangChain (name = "langchain_openai:ChatOpenAI/gpt-4o"). Other
            packages add more: `bookwheel doctor` lists them.
            """,
            choices=PROVIDERS,
            plugins="llms",
        ),
    )
    name: str = field(
        default="",
        metadata=about("""
            The model's name, as the endpoint spells it, or the path of a model file (.gguf, optional part `gguf`).
            Empty: gpt-4o-mini at OpenAI, elsewhere the first model that the endpoint lists.
            """),
    )
    base_url: str = field(
        default="",
        metadata=about("""
            The endpoint, such as "http://127.0.0.1:11434/v1". Empty: OpenAI's own. OPENAI_BASE_URL (or
            OPENAI_API_BASE) in the environment goes before it.
            """),
    )
    api_key: Secret = field(
        default_factory=Secret,
        metadata=about("""
            The endpoint's key. Better sources, in this order: the environment, api_key_command, the system
            keyring, a .env file in the working directory. If you write it here, make this file readable by you
            alone (0600).
            """),
    )
    api_key_env: str = field(
        default="OPENAI_API_KEY",
        metadata=about("""
            The variable that holds the key. Name another one when the endpoint above is not OpenAI's, so that
            your OpenAI key is not sent there.
            """),
    )
    api_key_command: str = field(
        default="",
        metadata=about(
            """
            A command whose first line of output is the key, such as "pass show openai". It runs without a
            shell.
            """
        ),
    )
    allow_http: bool = field(
        default=False,
        metadata=about("""
            Send keys and questions over unencrypted http to another machine. Without it, http is allowed only to
            this machine.
            """),
    )
    allow_env_endpoint: bool = field(
        default=False,
        metadata=about("""
            Use an endpoint that the .env file of a working directory names without asking. Without it you are asked
            once for each folder: your questions and passages go to that endpoint.
            """),
    )
    tools: ToolMode = field(
        default="auto",
        metadata=about(
            """
            How the agent's tools are called: "native" tool calls, "json" (each step chosen by a JSON schema)
            and "react" (thought, action, observation) for endpoints without tool calling; "auto" finds out.
            """,
            choices=TOOL_MODES,
        ),
    )
    context_window: int = field(
        default=0,
        metadata=about(
            "Tokens that the model can read at once. 0: the number known for the model, else 32768.", minimum=0
        ),
    )
    max_output_tokens: int = field(
        default=0, metadata=about("The longest answer, in tokens. 0: the limit of the endpoint.", minimum=0)
    )
    temperature: float = field(
        default=-1.0,
        metadata=about(
            "The sampling temperature, from 0 (most predictable). Below 0: the default of the endpoint.",
            minimum=-1,
            maximum=2,
        ),
    )
    timeout_s: float = field(
        default=90.0,
        metadata=about(
            """
            Seconds that the endpoint may be silent, before and during an answer. Comments and empty events without
            any text end the answer after four times as long.
            """,
            minimum=1,
        ),
    )
    max_retries: int = field(
        default=2,
        metadata=about("How often a question is sent again before its answer has begun.", minimum=0, maximum=10),
    )
    price_per_million_prompt_tokens: float = field(
        default=0.0,
        metadata=about(
            """
            What a million tokens of questions and passages cost, in US dollars. 0: the list price, if it is known.
            """,
            minimum=0,
        ),
    )
    price_per_million_completion_tokens: float = field(
        default=0.0, metadata=about("What a million tokens of answers cost; as above.", minimum=0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSettings:
    """The tools of the agent."""

    web: WebPolicy = field(
        default="ask",
        metadata=about(
            """
            Web search by the agent: "off", "ask" once before a first query leaves this machine, or "on". It
            needs no key (Tavily's keyless mode, which is limited).
            """,
            choices=WEB_POLICIES,
        ),
    )
    allow: tuple[str, ...] = field(
        default=(),
        metadata=about("""
            Calls of tools that run without asking you, such as ["web_search", "read_page url=https://example.org/*"]:
            the tool's name, and patterns that its arguments must fit. "always" in the app adds a rule here; /allowed
            shows and deletes them.
            """),
    )
    plugins: str = field(
        default="",
        metadata=about("""
            Tools of other packages that the agent may call, by name, with commas between them; `bookwheel doctor`
            lists them.
            """),
    )
    tavily_api_key: Secret = field(
        default_factory=Secret,
        metadata=about("Tavily's key, for more searches. TAVILY_API_KEY in the environment goes before it."),
    )
    tavily_base_url: str = field(
        default="", metadata=about("The address of Tavily. Empty: its own; otherwise a proxy of yours.")
    )
    max_rounds: int = field(
        default=12,
        metadata=about(
            "How many rounds of tool calls the agent may make for one question before it must answer.",
            minimum=1,
            maximum=100,
        ),
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting's value came from; `detail` names the line, the profile, the variable or the flag."""

    kind: Literal["default", ".env", "file", "environment", "profile", "flag", "app"]
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} ({self.detail})" if self.detail else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKeys:
    """Keys found in the environment and in the `.env` of the working directory, by the name of the variable."""

    environment: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    dotenv: Mapping[str, Secret] = field(default_factory=dict[str, Secret])


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings in force; `keys` are the user's key bindings, `notes` warnings for the user.

    `origins` has for each setting ("model.name") the source of its value. `env_endpoint` is named by a `.env` and not
    used, because the user has not allowed it.
    """

    model: ModelSettings = field(default_factory=ModelSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    embeddings: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    tools: ToolSettings = field(default_factory=ToolSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    research: ResearchSettings = field(default_factory=ResearchSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    mcp: tuple[McpServer, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    profile: str = ""
    profiles: tuple[str, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict[str, Origin])
    found_keys: FoundKeys = field(default_factory=FoundKeys, repr=False)
    notes: tuple[str, ...] = ()
    env_endpoint: EnvEndpoint | None = None

    def origin(self, name: str) -> Origin:
        """Where the value of the setting `name` ("model.name") came from."""
        return self.origins.get(name, Origin("default"))


Section: TypeAlias = (
    ModelSettings
    | IndexSettings
    | RetrievalSettings
    | EmbeddingSettings
    | ToolSettings
    | LimitSettings
    | UiSettings
    | ResearchSettings
)

SECTIONS: Mapping[str, type[Section]] = {
    "model": ModelSettings,
    "index": IndexSettings,
    "retrieval": RetrievalSettings,
    "embeddings": EmbeddingSettings,
    "tools": ToolSettings,
    "limits": LimitSettings,
    "research": ResearchSettings,
    "ui": UiSettings,
}
