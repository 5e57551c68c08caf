"""The query engine as a workflow: one question, its passages, one streamed answer, every step an event."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from bookwheel.engine.content_blocks import ImageBlock
from bookwheel.engine.events import AgentInput, AgentOutput, AgentStream, AnswerSoFar, Notice, Retrieval
from bookwheel.engine.llms.chat import ChatDelta, cut_of, empty_answer, says_nothing
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.answer_prompts import SYSTEM_PROMPT, question_message
from bookwheel.engine.query.citations import SourceNumbers, fit_passages
from bookwheel.engine.query.follow_up import recent_history, retrieval_query
from bookwheel.engine.query.no_answer import NoAnswerReader
from bookwheel.engine.query.response import Response, metadata_of
from bookwheel.engine.query.rewriting import SearchQuestion, search_question
from bookwheel.engine.query.tokens import estimated_tokens
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever, collected_notices
from bookwheel.engine.schema import ChatMessage, Cut, MessageRole, NodeWithScore, NumberedNode, QueryBundle, Usage
from bookwheel.engine.text.follow_ups import may_stand_alone
from bookwheel.engine.text.question_kinds import asks_for_rows
from bookwheel.engine.workflow.context import Context, run_of
from bookwheel.engine.workflow.handler import WorkflowHandler, start_run

if TYPE_CHECKING:
    from bookwheel.engine.query.citation_forms import CitationReader
    from bookwheel.engine.retrieval.reranker import Reranker

AGENT_NAME = "query"
# Of those searched: the others may not be indexed yet, or left out by a filter.
NOTHING_FOUND = (
    "Nothing in the documents searched matches this question. "
    "Ask with other words, or add the documents that it is about."
)
NO_DOCUMENTS = "There are no documents to search yet. Add a file or a folder, then ask again."
NOTHING_SAID = "The passages found do not say."
# The shares of the model's window for passages and for the conversation before.
PASSAGE_SHARE = 0.6
HISTORY_SHARE = 0.2


class QueryWorkflow:
    """Answers from the retriever's passages, with citations.

    A run emits `Retrieval`, `AgentInput`, `AgentStream`s, `AgentOutput` and its closing event, whose result is a
    `Response`. When nothing is found the model is not asked: the answer says so, and `supported` is False.
    A question that leans on the conversation is searched for as the model completes it, `Retrieval.query` (without
    `rewrite_follow_ups`, or when the model cannot, with words carried over from the earlier questions). A `reranker`
    picks the `similarity_top_k` best of what the retriever finds; when it fails, a `Notice` says so.
    """

    def __init__(
        self,
        retriever: BaseRetriever,
        llm: LLM,
        *,
        system_prompt: str = SYSTEM_PROMPT,
        similarity_top_k: int | None = None,
        rewrite_follow_ups: bool = True,
        reranker: Reranker | None = None,
        timeout: float | None = None,
        nothing_found: str = NOTHING_FOUND,
    ) -> None:
        self._retriever = retriever
        self._llm = llm
        self._system_prompt = system_prompt
        self._top_k = similarity_top_k
        self._rewrites = rewrite_follow_ups
        self._reranker = reranker
        self._timeout = timeout
        self._nothing_found_text = nothing_found

    def run(
        self,
        user_msg: str | ChatMessage,
        chat_history: Sequence[ChatMessage] | None = None,
        *,
        ctx: Context[Any] | None = None,
    ) -> WorkflowHandler[Response]:
        """Start answering; needs a running event loop."""
        message = ChatMessage(content=user_msg) if isinstance(user_msg, str) else user_msg
        history = list(chat_history or ())

        async def answer(ctx: Context[Any]) -> Response:
            return await self._answer(ctx, message, history)

        return start_run(answer, ctx=ctx, timeout=self._timeout)

    async def _answer(self, ctx: Context[Any], asked: ChatMessage, history: list[ChatMessage]) -> Response:
        question = asked.content or ""
        pictures = [block for block in asked.blocks if isinstance(block, ImageBlock)]
        with run_of(ctx).step("retrieve"):
            search = await self._search_question(question, history)
            _tell(ctx, search.notice)
            with collected_notices() as notices:
                found, reranking, remark = await self._passages(search.text)
                if search.text != question and await self._is_refused(question, found, history):
                    # "How much is the rent?" after another question: it did not lean on that one.
                    search, history = SearchQuestion(question), []
                    found, reranking, remark = await self._passages(question)
            for notice in (*notices, remark):
                _tell(ctx, notice)
            spent = _sum(search.usage, reranking)
            numbered = run_of(ctx).shared(SourceNumbers).number(found)
            ctx.write_event_to_stream(Retrieval(query=search.text, nodes=numbered))
        if not found and not pictures:
            return self._nothing_found(ctx, spent)
        with run_of(ctx).step("synthesize"):
            messages = self._messages(question, numbered, history)
            if pictures:
                messages[-1].blocks = [*messages[-1].blocks, *pictures]
            ctx.write_event_to_stream(AgentInput(input=messages, current_agent_name=AGENT_NAME))
            return await self._stream(ctx, messages, found, spent)

    async def _search_question(self, question: str, history: list[ChatMessage]) -> SearchQuestion:
        if not self._rewrites:
            return SearchQuestion(retrieval_query(question, history))
        return await search_question(self._llm, question, history)

    async def _passages(self, query: str) -> tuple[list[NodeWithScore], Usage | None, str]:
        """The passages, what reranking them took, and why it did not."""
        found = await self._retriever.aretrieve(QueryBundle(query))
        if self._reranker is None:
            return await self._with_whole_tables(query, found[: self._top_k]), None, ""
        from bookwheel.engine.retrieval.reranker import best_of

        best = await best_of(self._reranker, query, found, self._top_k or DEFAULT_SIMILARITY_TOP_K)
        return await self._with_whole_tables(query, best.nodes), best.usage, best.notice

    async def _with_whole_tables(self, query: str, found: list[NodeWithScore]) -> list[NodeWithScore]:
        """For a model that only quotes, which reads any number of rows, all rows of a table that is asked about."""
        if not self._llm.metadata.only_quotes or not asks_for_rows(query):
            return found
        # Imported late: few passages are of tables.
        from bookwheel.engine.retrieval.whole_tables import has_rows

        if not has_rows(found) or not _asks_of_all_rows(query):
            return found
        return await asyncio.to_thread(self._retriever.with_whole_tables, found)

    async def _is_refused(self, question: str, found: list[NodeWithScore], history: list[ChatMessage]) -> bool:
        """Whether a model that only quotes finds no answer with the words of the earlier questions.

        Asked where the question may be complete without them; that takes some milliseconds.
        """
        if not self._llm.metadata.only_quotes or not may_stand_alone(question):
            return False
        reply = await self._llm.achat(self._messages(question, SourceNumbers().number(found), history))
        return reply.supported is False

    def _messages(self, question: str, numbered: list[NumberedNode], history: list[ChatMessage]) -> list[ChatMessage]:
        metadata = self._llm.metadata
        room = metadata.context_window - metadata.num_output - estimated_tokens(self._system_prompt + question)
        passages = fit_passages(numbered, int(room * PASSAGE_SHARE))
        return [
            ChatMessage(MessageRole.SYSTEM, self._system_prompt),
            *recent_history(history, int(room * HISTORY_SHARE)),
            question_message(question, passages),
        ]

    async def _stream(
        self, ctx: Context[Any], messages: list[ChatMessage], found: list[NodeWithScore], before: Usage | None
    ) -> Response:
        citations: CitationReader | None = None
        # A quotation is not changed.
        if not self._llm.metadata.only_quotes:
            from bookwheel.engine.query.citation_forms import CitationReader

            citations = CitationReader(lambda: len(found))
        answer = _StreamedAnswer(ctx, messages, citations)
        try:
            async with aclosing(self._llm.astream_chat(messages)) as deltas:
                async for delta in deltas:
                    answer.take(delta)
        except BaseException:
            # Also when the run is cancelled: what had arrived is kept.
            answer.release()
            raise
        answer.finish()
        # Where the answer's tokens are not counted, those of the earlier call alone would look like the total.
        usage = answer.usage + before if answer.usage and before else answer.usage
        response = _finish(ctx, answer.text, found, usage, answer.supported, answer.cut)
        if says_nothing(answer.text):
            raise empty_answer(self._llm.metadata.model_name, answer.cut, has_thought=answer.has_thought)
        return response

    def _nothing_found(self, ctx: Context[Any], usage: Usage | None) -> Response:
        text = self._nothing_found_text
        ctx.write_event_to_stream(AgentStream(delta=text, response=text, current_agent_name=AGENT_NAME))
        return _finish(ctx, text, [], usage, supported=False)


def _asks_of_all_rows(question: str) -> bool:
    from bookwheel.engine.llms.extractive.table_rows.asked_rows import asks_of_all_rows

    return asks_of_all_rows(question)


class _StreamedAnswer:
    """The answer as it streams: to the run's readers, and whole at the end."""

    def __init__(self, ctx: Context[Any], messages: list[ChatMessage], citations: CitationReader | None) -> None:
        self.usage: Usage | None = None
        self.cut: Cut | None = None
        self.has_thought = False
        self._messages = messages
        self._citations = citations
        self._publish = run_of(ctx).stream.publish
        self._so_far = AnswerSoFar()
        self._no_answer = NoAnswerReader()
        self._supported: bool | None = None

    @property
    def text(self) -> str:
        return self._so_far.text()

    @property
    def supported(self) -> bool | None:
        if self._supported is None and self._no_answer.says_no_answer(self.text):
            return False
        return self._supported

    def take(self, delta: ChatDelta) -> None:
        self.usage = delta.usage or self.usage
        self.cut = cut_of(delta.finish_reason)
        self.has_thought |= bool(delta.thinking_delta)
        self._supported = delta.supported
        if delta.restarts:
            self._restart()
        if delta.notice:
            self._publish(Notice(text=delta.notice))
        text = self._no_answer.push(delta.delta) if delta.delta else ""
        if text and self._citations is not None:
            text = self._citations.push(text)
        if text or delta.thinking_delta:
            self._show(text, delta.thinking_delta)

    def _restart(self) -> None:
        # The text shown was a thought: readers of the stream begin a new answer with each `AgentInput`.
        self.has_thought = True
        self._so_far, self._no_answer = AnswerSoFar(), NoAnswerReader()
        self._publish(AgentInput(input=self._messages, current_agent_name=AGENT_NAME))

    def release(self) -> None:
        """Show the text held back as the possible start of a citation; of a broken answer no more comes."""
        if rest := self._held():
            self._show(rest)

    def _held(self) -> str:
        rest = self._no_answer.finish()
        return rest if self._citations is None else self._citations.push(rest) + self._citations.finish()

    def finish(self) -> None:
        rest = self._held()
        if self._no_answer.says_no_answer(self.text) and not (self.text + rest).strip():
            rest = NOTHING_SAID
        if rest:
            self._show(rest)

    def _show(self, text: str, thinking: str = "") -> None:
        if text:
            self._so_far.append(text)
        self._publish(
            AgentStream(
                delta=text,
                response=self._so_far,
                current_agent_name=AGENT_NAME,
                thinking_delta=thinking or None,
            )
        )


def _tell(ctx: Context[Any], notice: str) -> None:
    if notice:
        ctx.write_event_to_stream(Notice(text=notice))


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    return one + other if one and other else one or other


def _finish(
    ctx: Context[Any],
    text: str,
    found: list[NodeWithScore],
    usage: Usage | None,
    supported: bool | None,
    cut: Cut | None = None,
) -> Response:
    output = AgentOutput(
        response=ChatMessage(MessageRole.ASSISTANT, text),
        current_agent_name=AGENT_NAME,
        usage=usage,
        supported=supported,
        cut=cut,
    )
    ctx.write_event_to_stream(output)
    return Response(text, found, metadata_of(found), supported)
