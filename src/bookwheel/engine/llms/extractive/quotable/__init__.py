"""What could be quoted: the units of passages, lists and sections, each with its score."""
