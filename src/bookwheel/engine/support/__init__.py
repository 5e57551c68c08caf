"""Compares the sentences of an answer with the passages that they cite, letter by letter and without a model."""
