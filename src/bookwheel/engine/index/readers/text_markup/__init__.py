"""Texts with markup that people write by hand: Markdown, reStructuredText, LaTeX, wikis, notebooks."""
