"""Bookwheel: a terminal research assistant, and the small streaming library under it."""

__version__ = "0.1.0"
