"""What a question counts or measures, and whether a text says it of that thing."""
