"""Agents: a model, its tools and the loop between them."""
