"""Benchmarks of Bookwheel: each number is a ratio to a baseline that is measured in the same run."""
