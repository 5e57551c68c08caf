"""Text on its way to a reader: cleaned of what a terminal would obey, and read as Markdown; known to all rooms."""
