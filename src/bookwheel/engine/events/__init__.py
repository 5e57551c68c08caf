"""The events that a run emits: one small class each, with LlamaIndex's names and fields."""

from __future__ import annotations

from bookwheel.engine.events.agent_events import AgentInput as AgentInput
from bookwheel.engine.events.agent_events import AgentOutput as AgentOutput
from bookwheel.engine.events.agent_events import AgentSetup as AgentSetup
from bookwheel.engine.events.agent_events import AgentStream as AgentStream
from bookwheel.engine.events.agent_events import AgentStreamStructuredOutput as AgentStreamStructuredOutput
from bookwheel.engine.events.agent_events import AgentWorkflowStartEvent as AgentWorkflowStartEvent
from bookwheel.engine.events.agent_events import AnswerSoFar as AnswerSoFar
from bookwheel.engine.events.agent_events import ToolCall as ToolCall
from bookwheel.engine.events.agent_events import ToolCallResult as ToolCallResult
from bookwheel.engine.events.agent_events import ToolProgress as ToolProgress
from bookwheel.engine.events.agent_events import parsed_chunk as parsed_chunk
from bookwheel.engine.events.event_base import Event as Event
from bookwheel.engine.events.event_base import SideEvent as SideEvent
from bookwheel.engine.events.logged_events import LoggedEvent as LoggedEvent
from bookwheel.engine.events.logged_events import StepEvent as StepEvent
from bookwheel.engine.events.logged_events import UserAnswer as UserAnswer
from bookwheel.engine.events.logged_events import UserQuestion as UserQuestion
from bookwheel.engine.events.logged_events import decoded as decoded
from bookwheel.engine.events.run_events import AnswerCheck as AnswerCheck
from bookwheel.engine.events.run_events import Citation as Citation
from bookwheel.engine.events.run_events import Coverage as Coverage
from bookwheel.engine.events.run_events import Cut as Cut
from bookwheel.engine.events.run_events import ForeignEvent as ForeignEvent
from bookwheel.engine.events.run_events import Notice as Notice
from bookwheel.engine.events.run_events import Retrieval as Retrieval
from bookwheel.engine.events.run_events import RunError as RunError
from bookwheel.engine.events.run_events import RunFinished as RunFinished
from bookwheel.engine.events.run_events import RunStarted as RunStarted
from bookwheel.engine.events.run_events import RunStatus as RunStatus
from bookwheel.engine.events.run_events import RunUsage as RunUsage
from bookwheel.engine.events.run_events import SentenceSupport as SentenceSupport
from bookwheel.engine.events.run_events import SupportStatus as SupportStatus
from bookwheel.engine.events.run_events import UnsupportedSentence as UnsupportedSentence
from bookwheel.engine.events.workflow_events import HumanResponseEvent as HumanResponseEvent
from bookwheel.engine.events.workflow_events import InputRequiredEvent as InputRequiredEvent
from bookwheel.engine.events.workflow_events import InternalEvent as InternalEvent
from bookwheel.engine.events.workflow_events import StartEvent as StartEvent
from bookwheel.engine.events.workflow_events import StepStateChanged as StepStateChanged
from bookwheel.engine.events.workflow_events import StopEvent as StopEvent
from bookwheel.engine.events.workflow_events import UnhandledEvent as UnhandledEvent
from bookwheel.engine.events.workflow_events import WorkflowCancelledEvent as WorkflowCancelledEvent
from bookwheel.engine.events.workflow_events import WorkflowFailedEvent as WorkflowFailedEvent
from bookwheel.engine.events.workflow_events import WorkflowIdleEvent as WorkflowIdleEvent
from bookwheel.engine.events.workflow_events import WorkflowTimedOutEvent as WorkflowTimedOutEvent
