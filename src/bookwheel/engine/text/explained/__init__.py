"""Words that a question wants explained."""
