"""The table of keys: one line an action, by pane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PANES: Mapping[str, str] = {
    "app": "everywhere",
    "desk": "every pane of the desk",
    "prompt": "the prompt",
    "start": "the start page",
    "conversation": "the conversation",
    "library": "the library",
    "trace": "the event log",
    "approval": "a request of the agent",
    "page": "a document",
    "sessions": "the session list",
    "detail": "an event's details",
    "help": "this help",
    "pick": "a list to choose from",
    "line": "a line to type",
    "confirm": "a yes or no question",
}


@dataclass(frozen=True, slots=True)
class Key:
    """An action and its keys (comma-separated). `footer`: shown in the hint line. `listed`: shown in the help screen.

    `shown_as` replaces the keys in the help where one line stands for several (1–9). `shadows`: replaces a shared
    key on purpose.
    """

    id: str
    keys: str
    action: str
    description: str
    tooltip: str
    footer: bool = False
    priority: bool = False
    listed: bool = True
    shown_as: str = ""
    shadows: bool = False

    @property
    def pane(self) -> str:
        return self.id.partition(".")[0]


def _citations(pane: str) -> tuple[Key, ...]:
    """1 to 9 and 0: one line in the help, a binding each."""
    first = Key(
        f"{pane}.citation_1",
        "1",
        "citation(1)",
        "source",
        "Open the source with this number (two digits: quickly one after the other)",
        shown_as="1–9 0",
    )
    rest = (
        Key(f"{pane}.citation_{n}", str(n), f"citation({n})", "source", "", listed=False)
        for n in (2, 3, 4, 5, 6, 7, 8, 9, 0)
    )
    return (first, *rest)


KEYS: tuple[Key, ...] = (
    # Everywhere.
    Key(
        "app.stop",
        "ctrl+c",
        "stop",
        "stop",
        "Stop the run and keep what came · clear the prompt · twice: quit",
        priority=True,
    ),
    Key(
        "app.palette", "ctrl+p", "command_palette", "commands", "Every action, searchable, with its key", priority=True
    ),
    Key("app.sessions", "ctrl+r", "sessions", "sessions", "Earlier sessions: search, open, delete", priority=True),
    Key(
        "app.mode",
        "ctrl+t",
        "answer_mode",
        "agent/query",
        "Switch between the query engine and the agent",
        priority=True,
    ),
    Key(
        "app.new_session",
        "ctrl+n",
        "new_session",
        "new session",
        "Start a new session with the same documents",
        priority=True,
    ),
    Key("app.redraw", "ctrl+l", "redraw", "redraw", "Draw the whole screen again", priority=True),
    Key("app.suspend", "ctrl+z", "suspend_process", "suspend", "Back to the shell; fg returns here", priority=True),
    Key("app.help_f1", "f1", "help", "help", "The keys of this pane, searchable", priority=True),
    # The desk: letters work while a pane, not the prompt, has the focus.
    Key("desk.read", "escape", "read", "read", "From the prompt to the page · close a drawer"),
    Key("desk.ask", "i", "ask", "ask", "To the prompt", footer=True),
    Key("desk.next_pane", "tab", "focus_pane(1)", "next pane", "The next pane"),
    Key("desk.previous_pane", "shift+tab", "focus_pane(-1)", "previous pane", "The pane before"),
    Key("desk.library", "l", "library", "library", "Show or hide the documents", footer=True),
    Key("desk.trace", "t", "trace", "events", "Show or hide the event log", footer=True),
    Key("desk.model", "m", "act('model')", "model", "Choose the model"),
    Key("desk.web", "w", "act('web')", "web", "Web search: off, ask, on"),
    Key(
        "desk.settings",
        "comma",
        "act('settings')",
        "settings",
        "The settings of this desk: theme, model, mode, web search",
    ),
    Key("desk.theme", "T", "app.theme", "theme", "Choose the theme, seeing it at once"),
    Key(
        "desk.clear_filter",
        "F",
        "act('clear_filter')",
        "search all",
        "Search all documents again",
    ),
    Key("desk.unqueue", "x", "act('unqueue')", "unqueue", "Take the queued question back"),
    Key("desk.zoom", "z", "zoom", "zoom", "This pane alone, or all of them again"),
    Key("desk.export", "E", "act('export')", "export", "Write this session to a Markdown file"),
    Key("desk.commands", "colon", "act('command_line')", "command", "Type a command"),
    Key("desk.help", "question_mark", "app.help", "help", "The keys of this pane, searchable", footer=True),
    # The prompt.
    Key("prompt.send", "enter", "send", "send", "Send the question; while one runs it is queued", footer=True),
    Key("prompt.newline", "ctrl+j,shift+enter", "newline", "newline", "A new line", footer=True),
    Key("prompt.complete", "tab", "complete", "complete", "Complete @document or /command, else the next pane"),
    Key("prompt.previous_pane", "shift+tab", "screen.focus_pane(-1)", "previous pane", "The pane before"),
    Key("prompt.up", "up", "up", "earlier", "Up; at the first line: the question before"),
    Key("prompt.down", "down", "down", "later", "Down; at the last line: the next question"),
    Key(
        "prompt.editor_prefix",
        "ctrl+x",
        "editor_prefix",
        "editor",
        "Edit the question in $EDITOR",
        shown_as="Ctrl+X Ctrl+E",
    ),
    Key("prompt.line_end", "ctrl+e,end", "line_end", "line end", "To the end of the line"),
    Key("prompt.line_start", "home", "cursor_line_start", "line start", "To the start of the line"),
    Key("prompt.left", "left", "cursor_left", "left", "", listed=False),
    Key("prompt.right", "right", "cursor_right", "right", "", listed=False),
    Key("prompt.word_left", "ctrl+left", "cursor_word_left", "word left", "A word to the left"),
    Key("prompt.word_right", "ctrl+right", "cursor_word_right", "word right", "A word to the right"),
    Key("prompt.select_left", "shift+left", "cursor_left(True)", "select left", "", listed=False),
    Key("prompt.select_right", "shift+right", "cursor_right(True)", "select right", "", listed=False),
    Key("prompt.backspace", "backspace", "delete_left", "delete", "", listed=False),
    Key("prompt.delete", "delete", "delete_right", "delete", "", listed=False),
    Key("prompt.delete_or_quit", "ctrl+d", "delete_or_quit", "quit", "Delete to the right; in an empty prompt: quit"),
    Key("prompt.kill_line", "ctrl+u", "delete_to_start_of_line", "kill line", "Delete to the start of the line"),
    Key(
        "prompt.kill_right",
        "ctrl+k",
        "delete_to_end_of_line_or_delete_line",
        "kill right",
        "Delete to the end of the line",
    ),
    Key("prompt.kill_word", "ctrl+w", "delete_word_left", "kill word", "Delete the word to the left"),
    Key("prompt.undo", "ctrl+underscore", "undo", "undo", "Undo"),
    Key("prompt.redo", "ctrl+y", "redo", "redo", "Redo"),
    # The start page.
    *(
        Key(
            f"start.session_{number}",
            str(number),
            f"open_recent({number})",
            "go on",
            "Open one of the last sessions",
            shown_as="1–3",
            listed=number == 1,
            footer=number == 1,
        )
        for number in (1, 2, 3)
    ),
    Key("start.add", "a", "screen.act('add_documents')", "add documents", "Add a file or a folder", footer=True),
    # The conversation.
    Key("conversation.block_up", "up,k", "step_block(-1)", "block up", "The block above"),
    Key("conversation.block_down", "down,j", "step_block(1)", "block down", "The block below"),
    Key("conversation.open", "enter", "open_block", "open", "Open or fold the block", footer=True),
    *_citations("conversation"),
    Key(
        "conversation.previous_citation",
        "left_square_bracket",
        "step_citation(-1)",
        "previous citation",
        "The citation before",
    ),
    Key("conversation.next_citation", "right_square_bracket", "step_citation(1)", "next citation", "The next citation"),
    Key(
        "conversation.next_mark",
        "v",
        "next_mark",
        "unsupported",
        "The next sentence that its sources do not support, and why",
    ),
    Key("conversation.open_source", "o", "open_source", "open source", "The source in its document, marked"),
    Key("conversation.copy", "y", "copy_block", "copy", "Copy the block", footer=True),
    Key(
        "conversation.copy_with_sources", "Y", "copy_with_sources", "copy + sources", "Copy the block with its sources"
    ),
    Key("conversation.copy_code", "c", "copy_code", "copy code", "Copy the code of the block"),
    Key("conversation.ask_again", "r", "ask_again", "again", "Ask this question again", footer=True),
    Key("conversation.search", "slash", "search", "search", "Search in this conversation"),
    Key("conversation.search_next", "n", "search_on(1)", "next hit", "The next hit"),
    Key("conversation.search_previous", "N", "search_on(-1)", "previous hit", "The hit before"),
    Key(
        "conversation.previous_question",
        "left_curly_bracket",
        "step_question(-1)",
        "previous question",
        "The question before",
    ),
    Key("conversation.next_question", "right_curly_bracket", "step_question(1)", "next question", "The next question"),
    Key("conversation.half_page_up", "ctrl+u", "scroll_half_page(-1)", "half page up", "Half a page up"),
    Key("conversation.half_page_down", "ctrl+d", "scroll_half_page(1)", "half page down", "Half a page down"),
    Key("conversation.page_up", "pageup", "scroll_page(-1)", "page up", "A page up"),
    Key("conversation.page_down", "pagedown,space", "scroll_page(1)", "page down", "A page down"),
    Key("conversation.left", "left", "scroll_code(-1)", "left", "Code and tables to the left"),
    Key("conversation.right", "right", "scroll_code(1)", "right", "Code and tables to the right"),
    Key("conversation.top", "g,home", "top", "top", "To the top"),
    Key("conversation.bottom", "G,end", "bottom", "bottom", "To the bottom, and follow again"),
    # The library.
    Key("library.open", "enter", "open_row", "open", "Open the document · fold the folder", footer=True),
    Key("library.add", "a", "add", "add", "Add a file or a folder", footer=True),
    Key("library.remove", "d", "remove", "remove", "Remove this folder or file from the library (the files stay)"),
    Key("library.filter", "slash", "filter", "filter", "Show only the files whose name fits", footer=True),
    Key("library.ask_here", "space", "ask_here", "only here", "Search only this folder or file; again: no longer"),
    Key(
        "library.choose_asked",
        "f",
        "choose_asked",
        "only…",
        "Choose which documents are searched: by folder, type and date",
        footer=True,
    ),
    Key("library.refresh", "R", "refresh_index", "refresh", "Look for new and changed files"),
    Key("library.up", "up,k", "cursor_up", "up", "Up"),
    Key("library.down", "down,j", "cursor_down", "down", "Down"),
    Key("library.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("library.page_down", "pagedown,ctrl+d", "page_down", "page down", "A page down"),
    Key("library.top", "g,home", "first", "top", "To the top"),
    Key("library.bottom", "G,end", "last", "bottom", "To the bottom"),
    Key("library.fold", "left,h", "fold", "fold", "Fold the folder"),
    Key("library.unfold", "right", "unfold", "unfold", "Unfold the folder"),
    # The event log.
    Key("trace.open", "enter", "open_row", "details", "The arguments and results of the event", footer=True),
    Key("trace.filter", "f", "filter", "filter", "All · model · tools · search · errors", footer=True),
    Key("trace.up", "up,k", "cursor_up", "up", "Up"),
    Key("trace.down", "down,j", "cursor_down", "down", "Down"),
    Key("trace.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("trace.page_down", "pagedown,ctrl+d", "page_down", "page down", "A page down"),
    Key("trace.top", "g,home", "first", "top", "To the top"),
    Key("trace.bottom", "G,end", "last", "bottom", "To the bottom, and follow again"),
    # A question from the agent: its letters stand before the page's while it waits.
    Key(
        "approval.once",
        "a",
        "approve('choose', 'once')",
        "once",
        "Allow this one call (or: type an answer)",
        priority=True,
    ),
    Key("approval.session", "s", "approve('choose', 'session')", "session", "Allow it for this session", priority=True),
    Key("approval.deny", "d", "approve('choose', 'deny')", "deny", "Refuse it", priority=True),
    Key(
        "approval.deny_why", "D", "approve('deny_why')", "deny + why", "Refuse it and tell the model why", priority=True
    ),
    Key(
        "approval.previous", "left", "approve('choose_by', '-1')", "previous choice", "The choice before", priority=True
    ),
    Key("approval.next", "right", "approve('choose_by', '1')", "next choice", "The next choice", priority=True),
    Key("approval.confirm", "enter", "approve('confirm')", "confirm", "Send the chosen answer", priority=True),
    Key(
        "approval.details",
        "v",
        "approve('details')",
        "details",
        "Every argument that the tool would get",
        priority=True,
    ),
    # A document.
    Key("page.close", "escape,q", "close", "back", "Back to the desk", footer=True),
    Key("page.up", "up,k", "scroll_rows(-1)", "up", "Up"),
    Key("page.down", "down,j", "scroll_rows(1)", "down", "Down"),
    Key("page.page_up", "pageup,ctrl+u", "scroll_page(-1)", "page up", "A page up"),
    Key("page.page_down", "pagedown,ctrl+d,space", "scroll_page(1)", "page down", "A page down"),
    Key("page.top", "g,home", "top", "top", "To the top"),
    Key("page.bottom", "G,end", "bottom", "bottom", "To the bottom"),
    *_citations("page"),
    Key(
        "page.previous_citation",
        "left_square_bracket",
        "step_citation(-1)",
        "previous",
        "The cited passage before",
        footer=True,
    ),
    Key(
        "page.next_citation", "right_square_bracket", "step_citation(1)", "next", "The next cited passage", footer=True
    ),
    Key("page.search", "slash", "search", "search", "Search in this document", footer=True),
    Key("page.search_next", "n", "search_on(1)", "next hit", "The next hit"),
    Key("page.search_previous", "N", "search_on(-1)", "previous hit", "The hit before"),
    Key("page.copy", "y", "copy_passage", "copy", "Copy the cited passage", footer=True),
    Key("page.help", "question_mark", "app.help", "help", "The keys of this pane, searchable", footer=True),
    # The session list.
    Key("sessions.close", "escape", "close", "back", "Back to the desk", footer=True),
    Key("sessions.open", "enter", "open", "open", "Open the session", footer=True),
    Key("sessions.up", "up,ctrl+k", "cursor_up", "up", "The session above"),
    Key("sessions.down", "down,ctrl+j", "cursor_down", "down", "The session below"),
    Key("sessions.page_up", "pageup", "page_up", "page up", "A page up"),
    Key("sessions.page_down", "pagedown", "page_down", "page down", "A page down"),
    Key(
        "sessions.switch",
        "tab,shift+tab",
        "switch",
        "list/search",
        "From the search line to the list and back",
        footer=True,
    ),
    Key("sessions.new", "n", "new", "new", "A new session (from the list)", footer=True),
    Key(
        "sessions.delete",
        "d,delete",
        "delete",
        "delete",
        "Delete the session, after a confirmation (from the list)",
        footer=True,
    ),
    Key("sessions.rename", "r", "rename", "rename", "Give the session another title (from the list)", footer=True),
    Key("sessions.search", "slash,i", "search", "search", "To the search line", footer=True),
    # An event's details.
    Key("detail.close", "escape,q", "close", "back", "Back to the desk", footer=True),
    Key("detail.up", "up,k", "cursor_up", "up", "Up"),
    Key("detail.down", "down,j", "cursor_down", "down", "Down"),
    Key("detail.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("detail.page_down", "pagedown,ctrl+d", "page_down", "page down", "A page down"),
    Key("detail.fold", "enter,space", "toggle_fold", "fold", "Open or fold this value", footer=True),
    Key("detail.fold_left", "left,h", "fold", "fold", "Fold this value"),
    Key("detail.unfold", "right,l", "unfold", "unfold", "Unfold this value"),
    Key("detail.copy", "y", "copy", "copy", "Copy the event as JSON", footer=True),
    Key("detail.top", "g,home", "first", "top", "To the top"),
    Key("detail.bottom", "G,end", "last", "bottom", "To the bottom"),
    # The help.
    Key("help.close", "escape", "close", "back", "Back", footer=True),
    Key("help.up", "up", "scroll_list(-1)", "up", "Up"),
    Key("help.down", "down", "scroll_list(1)", "down", "Down"),
    Key("help.page_up", "pageup", "scroll_page(-1)", "page up", "A page up"),
    Key("help.page_down", "pagedown", "scroll_page(1)", "page down", "A page down"),
    # A list to choose from (the palette, models, themes).
    Key("pick.close", "escape", "close", "back", "Back, nothing chosen", footer=True),
    Key("pick.choose", "enter", "choose", "choose", "Take it", footer=True),
    Key("pick.up", "up,ctrl+k", "cursor_up", "up", "Up"),
    Key("pick.down", "down,ctrl+j,tab", "cursor_down", "down", "Down"),
    Key("pick.page_up", "pageup", "page_up", "page up", "A page up"),
    Key("pick.page_down", "pagedown", "page_down", "page down", "A page down"),
    # A line to type (a path, a filter, a command).
    Key("line.close", "escape", "close", "back", "Back, nothing done", footer=True),
    Key("line.complete", "tab", "complete", "complete", "Complete what is typed", footer=True),
    # Yes or no.
    Key("confirm.yes", "y", "answer(True)", "yes", "Yes", footer=True),
    Key("confirm.no", "n,escape", "answer(False)", "no", "No", footer=True),
)
