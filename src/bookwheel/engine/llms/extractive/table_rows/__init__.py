"""Questions about the rows of tables: what they ask for, and the rows that answer them."""
