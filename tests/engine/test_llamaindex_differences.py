"""Where Bookwheel differs from LlamaIndex (0.14.25, workflows 2.26.1), and why.

The probes are small programs that run on both sides; LlamaIndex's results are recorded beside them. A probe that is not
named here must give the same on both sides; one that is named must differ.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PROBES = REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared") / "llamaindex-probes"

# The names that the probes use, from where Bookwheel has them.
NAMES = """
import os
from bookwheel import *
from bookwheel.errors import WorkflowRuntimeError, WorkflowTimeoutError, WorkflowValidationError
from bookwheel.engine.retrieval.retriever import BaseRetriever
SIDE = "bw"
def llm(**options):
    return OpenAI(model="gpt-4o-mini", api_key="sk-x", base_url=os.environ["BASE"], max_retries=0, **options)
"""

EVENTS_AND_WORKFLOWS = {
    "p_dump_inputreq": "Dynamic fields are dumped as fields, not under '_data': model_validate(model_dump()) gives the "
    "same event.",
    "p_dict_method": "dict(event) holds the declared fields too, not the dynamic ones alone.",
    "p_iter_star": "{**event} holds the declared fields too, not the dynamic ones alone.",
    "p_ctx_serial_event_fields": "An event class inside of a function is found again, through the workflow that names "
    "it; LlamaIndex fails.",
    "p_handler_methods": "Handlers have result() too, as an asyncio future.",
    "p_thread_stream": "write_event_to_stream works from a thread; LlamaIndex fails the run.",
    "p_event_subclass_match": "An event that no step takes fails the run at once and names the step; LlamaIndex waits "
    "for the timeout.",
    "p_write_stopevent_then": "A StopEvent that a step writes to the stream (from a nested run, say) does not end the "
    "stream of the outer run.",
    "p_expose_internal": "get() reads declared fields too, so that it gives the state of a step.",
}

AGENTS_AND_TOOLS = {
    "p_seq": "The calls of one round begin together, and their results come in the order asked for.",
    "p_output_event": "The last AgentOutput of the stream holds only what the model asked for in that answer; the "
    "result of the run holds all results of tools.",
    "p_agent_defaults": "Agents have `verbose` as an attribute too.",
    "p_max_iter": "early_stopping_method is 'generate': a run that used all rounds answers from what it knows. "
    "LlamaIndex's 'force' can be asked for.",
    "p_react": "Nothing of the ReAct protocol is in the deltas: thoughts are thinking_delta.",
    "p_tool_types": "A parameter's description is read from the docstring too.",
    "p_tool_desc": "The signature is not repeated in a tool's description: the schema says it, and it costs tokens.",
    "p_empty": "An answer without text is an error that says what to do; LlamaIndex gives an empty answer.",
    "p_err401": "A refused key is a ModelAuthError, whichever provider refused it, and openai's error besides.",
    "p_agent_attr_set": "agent.tools may be set to plain functions after the agent is made; LlamaIndex fails.",
    "p_tool_name_with_space": "A tool's name that no endpoint accepts is refused when the tool is made.",
}

_ANOTHER_ORDER = "The passages are found by words and in another order; the scripted model answers by what it reads."
MODELS_AND_QUERIES = {
    "p_complete": "raw is the answer's JSON, not an object of the openai package: it is read without that package.",
    "p_chat": "str() of an answer is the answer, without its role before it.",
    "p_env_base_url": "OPENAI_BASE_URL is honoured as the openai package does; LlamaIndex asks the public endpoint.",
    "p_q_sync": "Only passages that share a word with the question are found.",
    "p_q_print": _ANOTHER_ORDER,
    "p_node_access": _ANOTHER_ORDER,
    "p_rqe": _ANOTHER_ORDER,
    "p_chat_engine": _ANOTHER_ORDER,
    "p_textnode_node_id_kw": "An id given as node_id= is refused by name; LlamaIndex drops it and makes another.",
    "p_mock_stream": "MockLLM repeats what it was asked; LlamaIndex's says 'text' so many times.",
    "p_get_prompts": "There is one prompt for an answer, not one for chat models and one for others.",
}


@pytest.mark.parametrize(
    ("probes", "reasons"),
    [("pe", EVENTS_AND_WORKFLOWS), ("pf", {}), ("pa", AGENTS_AND_TOOLS), ("pq", MODELS_AND_QUERIES)],
)
def test_every_difference_from_llamaindex_has_its_reason(
    probes: str, reasons: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not PROBES.exists():
        pytest.skip(f"the probes of LlamaIndex are not here ({PROBES})")
    (tmp_path / "L_bw.py").write_text(NAMES, encoding="utf-8")
    monkeypatch.setenv("PROBES_FOLDER", str(tmp_path))
    monkeypatch.setenv("PROBES_OUT", str(tmp_path))
    subprocess.run(
        [sys.executable, PROBES / "run.py", "bw", probes], check=True, capture_output=True, timeout=300, cwd=tmp_path
    )
    here = json.loads((tmp_path / f"{probes}_bw.json").read_text(encoding="utf-8"))
    there = json.loads((PROBES / "expected" / f"{probes}.json").read_text(encoding="utf-8"))
    different = {name for name, result in there.items() if here[name] != result}
    assert different == set(reasons)
