"""What a front end talks to: one desk with its documents, session and model; no terminal."""
