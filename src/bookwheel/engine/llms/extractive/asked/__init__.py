"""What is asked: the kind of a question, its words, its parts, and what counts as them."""
