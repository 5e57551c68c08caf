"""Data files: CSV, JSON, XML, SQL, properties."""
