"""Tables of every format as lines that name their columns, and the tables of plain text."""
