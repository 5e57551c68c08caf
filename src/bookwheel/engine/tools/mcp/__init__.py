"""Tools of MCP servers: the connection to a server, its tools for an agent, and what it gives back.

https://modelcontextprotocol.io; the extra `mcp` brings the package, which is imported in a thread when it is needed.
"""

from __future__ import annotations
