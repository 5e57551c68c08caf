"""Research: a plan of sub-questions, branches that take exact notes side by side, and a checked report."""
