"""Everyday words that people use for each other, as data for each language, and how they are looked up."""
