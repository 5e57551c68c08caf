"""Web pages: their main text, their tables, their author and date."""
