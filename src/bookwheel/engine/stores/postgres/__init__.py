"""The store that a group shares, on PostgreSQL with pgvector (extra `postgres`)."""
