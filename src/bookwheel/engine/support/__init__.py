"""Compares the sentences of an answer with the passages that they cite, without a model."""
