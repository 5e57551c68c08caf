"""`bookwheel run`: the user's own workflow in the real program."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import events
from tests.journeys.terminal import ENTER, ESCAPE, Terminal

from bookwheel.wiring import build_sessions

FLOWS = '''
from bookwheel import Context, Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent, Workflow, step

print("imported")


class Progress(Event):
    msg: str


class Flow(Workflow):
    @step
    async def answer(self, ctx: Context, ev: StartEvent) -> StopEvent:
        print("at work")
        ctx.write_event_to_stream(Progress(msg="looking"))
        return StopEvent(result=f"You asked: {ev.user_msg}")


class Topical(StartEvent):
    topic: str


class Strict(Workflow):
    @step
    async def answer(self, ev: Topical) -> StopEvent:
        return StopEvent(result=ev.topic)


class Asking(Workflow):
    @step
    async def answer(self, ctx: Context, ev: StartEvent) -> StopEvent:
        reply = await ctx.wait_for_event(HumanResponseEvent, waiter_event=InputRequiredEvent(prefix="Which year?"))
        return StopEvent(result=f"The year is {reply.response}.")


class Slow(Workflow):
    @step
    async def answer(self, ctx: Context, ev: StartEvent) -> StopEvent:
        await ctx.wait_for_event(Progress)
        return StopEvent(result="never")


class Handler:
    """The least that a handler can be."""

    def __init__(self, answer):
        self.answer = answer

    async def stream_events(self):
        yield StopEvent(result=self.answer)


class Plain:
    def run(self, user_msg, chat_history=()):
        said = [message.content for message in chat_history]
        return Handler(f"{user_msg} after {said}")


class ByTopic:
    def run(self, topic):
        return Handler(topic)


class Careless:
    def run(self, user_msg):
        return "an answer"


class Eager:
    async def run(self, user_msg):
        return Handler(user_msg)


class Broken:
    def __init__(self):
        raise RuntimeError("no licence")


def make():
    return Flow()


async def make_later():
    return Flow()


flow, number = Flow(), 3
'''


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder with the module `flows`."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    (folder / "broken.py").write_text("import flows\nimport not_installed_anywhere\n", encoding="utf-8")
    (folder / "leaves.py").write_text("raise SystemExit(5)\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["flows:flow", "flows:Flow", "flows:make", "flows.py:flow"])
async def test_an_instance_a_class_and_a_factory_answer_alike(flows: Path, name: str) -> None:
    ended = await bookwheel("run", name, "What is it?", "--print", cwd=flows)
    assert (ended.code, ended.out) == (0, "You asked: What is it?\n")
    assert ended.err == "imported\nat work\n"  # what its code prints is not part of the answer


async def test_a_file_is_found_in_any_folder_with_the_modules_beside_it(flows: Path, tmp_path: Path) -> None:
    (flows / "json.py").write_text("from flows import flow\n", encoding="utf-8")
    ended = await bookwheel("run", "own/json.py:flow", "-", "--print", stdin="From a pipe\n", cwd=tmp_path)
    assert (ended.code, ended.out) == (0, "You asked: From a pipe\n")


async def test_the_event_log_of_a_workflow_is_a_log_like_any_other(flows: Path) -> None:
    ended = await bookwheel("run", "flows:flow", "Hello", "--json", cwd=flows)
    log = events(ended)
    assert ended.code == 0
    assert [event["type"] for event in log] == ["RunStarted", "Progress", "AgentStream", "RunFinished"]
    assert log[0]["data"] == {"user_msg": "Hello", "mode": "workflow", "model": "flows:flow"}
    assert log[1]["data"] == {"msg": "looking"}
    assert log[-1]["data"]["status"] == "completed"
    assert log[-1]["data"]["response"] == "".join(e["data"]["delta"] for e in log if e["type"] == "AgentStream")
    (session,) = await asyncio.to_thread(build_sessions().list)
    assert (session.title, list(session.documents)) == ("Hello", [])


async def test_an_object_without_any_library_can_be_run(flows: Path) -> None:
    assert (await bookwheel("run", "flows:Plain", "Hi", "--print", cwd=flows)).out == "Hi after []\n"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("flows", "'flows' does not name an object in a module"),
        ("flows:", "does not name an object"),
        ("nowhere:flow", "There is no module 'nowhere'."),
        ("flows.inner:flow", "There is no module 'flows.inner'."),
        ("nowhere.py:flow", "There is no file 'nowhere.py'."),
        ("flows:flwo", "There is no 'flwo' in 'flows'.\n  Did you mean 'flow'?"),
        ("broken:flow", "'broken' cannot be imported: ModuleNotFoundError: No module named 'not_installed_anywhere'"),
        ("leaves:flow", "'leaves' cannot be imported: SystemExit: 5"),
        ("flows:number", "'flows:number' has no run(): it is a int."),
        ("flows:make_later", "'flows:make_later' returned a coroutine, which has no run()."),
        ("flows:Broken", "'flows:Broken' cannot be called without arguments: RuntimeError: no licence"),
        ("flows:Handler", "'flows:Handler' cannot be called without arguments: TypeError"),
        ("flows:ByTopic", "The run() of 'flows:ByTopic' does not accept user_msg, only: topic."),
        ("flows:Careless", "The run() of 'flows:Careless' returned a str, which has no stream_events()."),
        ("flows:Eager", "The run() of 'flows:Eager' returned a coroutine, which has no stream_events()."),
    ],
)
async def test_an_object_that_cannot_be_run_is_named(flows: Path, name: str, says: str) -> None:
    ended = await bookwheel("run", name, "Hello", "--print", cwd=flows)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["flows:flow", "--json"], "MESSAGE is missing"),
        (["flows:flow", "", "--print"], "The question is empty."),
        (["flows:flow", "Hi", "--json", "--print"], "cannot be combined"),
        (["flows:flow", "-"], "cannot read its message from standard input"),
        (["flows:flow"], "The app needs a terminal"),
    ],
)
async def test_wrong_usage_says_what_is_missing(flows: Path, arguments: list[str], says: str) -> None:
    ended = await bookwheel("run", *arguments, cwd=flows)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err


async def test_a_start_event_with_other_fields_fails_by_their_names(flows: Path) -> None:
    ended = await bookwheel("run", "flows:Strict", "Hello", "--print", cwd=flows)
    assert ended.code == 1
    assert "Topical" in ended.err
    assert "topic" in ended.err


async def test_debug_shows_the_traceback_of_a_failed_import(flows: Path) -> None:
    ended = await bookwheel("run", "broken:flow", "Hello", "--print", "--debug", cwd=flows)
    assert "import not_installed_anywhere" in ended.err


async def test_a_time_limit_and_an_unanswered_request_end_with_4(flows: Path) -> None:
    limited = await bookwheel("run", "flows:Slow", "Hello", "--print", "--time-limit", "0.2", cwd=flows)
    assert (limited.code, limited.out) == (4, "")
    alone = await bookwheel("run", "flows:Asking", "Hello", "--json", cwd=flows)
    assert alone.code == 4
    assert [event["type"] for event in events(alone)] == ["RunStarted", "InputRequiredEvent", "RunFinished"]
    assert "there is no terminal to answer on: Which year?" in alone.err


@pytest.mark.fault("I7")
async def test_documents_with_code_in_them_are_never_imported(flows: Path, notes: Path) -> None:
    (notes / "flows.py").write_text("raise SystemExit('imported from the documents')", encoding="utf-8")
    assert (await bookwheel("ask", "How fast does the mill wheel turn?", str(notes))).code == 0
    ended = await bookwheel("run", "flows:flow", "Hi", "--print", cwd=flows)
    assert (ended.code, ended.out) == (0, "You asked: Hi\n")


async def test_the_app_sends_the_message_at_once_and_takes_answers(flows: Path) -> None:
    async with Terminal("run", "flows:Asking", "Tell me the year", cwd=flows) as terminal:
        await terminal.shows("Tell me the year", "Which year?", "waiting for you: Esc")
        terminal.press(ESCAPE)
        # In the prompt it says "Esc a answer": an `a` that comes right after that Esc would be Alt+A to any terminal.
        await terminal.until(lambda: "waiting for you: Esc" not in terminal.text, "the page, with the focus on it")
        await terminal.press_until("your answer", "a")
        terminal.press("1588", ENTER)
        await terminal.shows("The year is 1588.")


async def test_the_app_on_a_workflow_keeps_the_history_and_has_one_mode(flows: Path, notes: Path) -> None:
    assert (await bookwheel("ask", "How fast does the mill wheel turn?", str(notes))).code == 0
    async with Terminal("run", "flows:Plain", cwd=flows) as terminal:
        await terminal.shows("Ask your workflow.", "flows:Plain")
        assert "mill.md" not in terminal.text  # documents of another desk are not shown here
        terminal.press("One", ENTER)
        await terminal.shows("One after []")
        terminal.press("Two", ENTER)
        await terminal.shows("Two after ['One', 'One after []']")
        terminal.press("/mode agent", ENTER)
        await terminal.shows("This desk does not answer in the mode 'agent'")
