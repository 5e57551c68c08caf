"""LangChain's chat models behind our interface (extra `langchain`)."""
