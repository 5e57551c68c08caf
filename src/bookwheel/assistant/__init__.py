"""The interface for front ends: one desk with its documents, session and model, without a terminal."""
