"""The store on this disk: SQLite holds the documents, tantivy the lexical index derived from them."""
