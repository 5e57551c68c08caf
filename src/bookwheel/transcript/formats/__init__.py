"""A session written in each format of a file: Markdown, HTML, PDF, a bibliography, and the brief."""
