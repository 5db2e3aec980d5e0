"""The MCP server: what chat agents can call, read and be prompted with. Thin: what it answers is worked out below.

Only this package knows the packages `mcp` and `pydantic`, which come with the extra `mcp`.
"""
