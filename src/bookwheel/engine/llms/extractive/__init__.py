"""The embedded model: answers by quoting the passages found, word for word."""
