"""Whether a unit lacks what a question asks of a thing, although it has the words of the question."""
