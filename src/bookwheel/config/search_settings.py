"""The settings of searching: how documents are read and split, found, and turned into vectors."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from bookwheel.config.secret import Secret
from bookwheel.config.setting_info import about
from bookwheel.lazy_dataclass import dataclass

RerankPolicy = Literal["off", "model", "endpoint"]

EMBEDDING_PROVIDERS = ("off", "openai", "local")
RERANK_POLICIES: tuple[RerankPolicy, ...] = ("off", "model", "endpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """The index of the documents."""

    store: Secret = field(
        default_factory=Secret,
        metadata=about("""
            Where the index is. Empty: in a folder of this machine. "postgresql://USER@HOST/DATABASE" is one that
            several people share; put its password in PGPASSWORD or ~/.pgpass.
            """),
    )
    watch: bool = field(
        default=True,
        metadata=about("""
            While the app runs, index files as soon as they are saved, moved or deleted. false: documents are
            scanned when the app starts, and when you refresh them.
            """),
    )
    follow_links: bool = field(
        default=False,
        metadata=about("""
            Read linked files and folders inside a folder too, wherever they lead. A link to what is indexed already
            is left out.
            """),
    )
    largest_file_mb: int = field(
        default=100, metadata=about("Larger files are left out, in megabytes.", minimum=1, maximum=2_000)
    )
    seconds_per_file: int = field(
        default=30,
        metadata=about(
            """
            How long one file may take to read, in seconds of computing; a large one takes a second more for each
            megabyte.
            """,
            minimum=1,
            maximum=3_600,
        ),
    )
    memory_mb: int = field(
        default=1_024,
        metadata=about("How much memory reading one file may take, in megabytes.", minimum=128, maximum=65_536),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalSettings:
    """The search for passages."""

    top_k: int = field(
        default=8, metadata=about("How many passages a question is answered from.", minimum=1, maximum=100)
    )
    rewrite_follow_ups: bool = field(
        default=True,
        metadata=about("""
            Let the model complete a question that depends on earlier ones ("and in 2021?") before the search: one
            more short call, only for such questions. Without it, and with the embedded default, the distinctive
            words of the earlier questions are added to the search.
            """),
    )
    rerank: RerankPolicy = field(
        default="off",
        metadata=about(
            """
            Reorder the passages found, the best first: "model" asks the model that answers (one more call for each
            question), "endpoint" a reranking model at the address below, which receives the question and the passages
            found.
            """,
            choices=RERANK_POLICIES,
        ),
    )
    rerank_url: str = field(
        default="",
        metadata=about("""
            The address of the reranking model, such as "https://api.jina.ai/v1/rerank" or "http://127.0.0.1:8080/v1/rerank"
            (llama.cpp, vLLM, Text Embeddings Inference). Over http to another machine: with model.allow_http.
            """),
    )
    rerank_model: str = field(
        default="", metadata=about("The reranking model, as the endpoint spells it. Empty: the one that it has.")
    )
    rerank_key_env: str = field(
        default="",
        metadata=about('The variable that holds the key of that endpoint, such as "JINA_API_KEY". Empty: no key.'),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingSettings:
    """Search by embeddings, beside that by words: it finds passages in other words or another language."""

    provider: str = field(
        default="off",
        metadata=about(
            """
            The model that embeds your documents, in the background. "local" is a model on this machine (extra
            "local"; some passages a second on each processor). "openai" is any endpoint with OpenAI's /v1/embeddings:
            the text of ALL your indexed documents is sent there, and each question. Other packages add more:
            `bookwheel doctor` lists them.
            """,
            choices=EMBEDDING_PROVIDERS,
            plugins="embeddings",
        ),
    )
    name: str = field(
        default="",
        metadata=about("""
            The embedding model at the endpoint, as it spells it. Empty: text-embedding-3-small. A new model embeds
            all documents again; the vectors of the former one are kept.
            """),
    )
    base_url: str = field(
        default="",
        metadata=about("""
            The endpoint, such as "http://127.0.0.1:11434/v1". Empty: OpenAI's own; the environment does not change it.
            """),
    )
    api_key: Secret = field(
        default_factory=Secret, metadata=about("The endpoint's key. Better sources are those of model.api_key.")
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
        metadata=about('A command whose first line of output is the key, such as "pass show openai".'),
    )
    allow_http: bool = field(
        default=False,
        metadata=about("Send keys and documents over unencrypted http to another machine."),
    )
    dimensions: int = field(
        default=0,
        metadata=about(
            "Shorter vectors, where the model supports them, such as 512 instead of 1536. 0: the length of the model.",
            minimum=0,
        ),
    )
    query_instruction: str = field(
        default="",
        metadata=about("""
            A text put before each question, for models that need one. Empty: the one known for the model ("query: "
            for E5).
            """),
    )
    text_instruction: str = field(
        default="",
        metadata=about(
            "A text put before each passage. Empty: the one known for the model. A change embeds all passages again."
        ),
    )
    timeout_s: float = field(
        default=60.0, metadata=about("Seconds that the endpoint may take for a batch of passages.", minimum=1)
    )
