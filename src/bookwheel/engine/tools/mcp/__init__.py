"""Tools of MCP servers: the connection to a server, and its tools for an agent.

https://modelcontextprotocol.io; the extra `mcp` installs the package, which is imported in a thread on first use.
"""

from __future__ import annotations
