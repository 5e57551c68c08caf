"""Names that scripts of version 0.1 import from here; the public module is `bookwheel`."""

from __future__ import annotations

from bookwheel.engine.tools.function_tool import BaseToolSpec as BaseToolSpec
from bookwheel.engine.tools.function_tool import FunctionTool as FunctionTool
from bookwheel.engine.tools.function_tool import ToolMetadata as ToolMetadata
from bookwheel.engine.tools.function_tool import ToolOutput as ToolOutput
