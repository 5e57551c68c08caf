"""The documents of a desk: which are in it, their indexing, the watch on the disk, and what a question searches."""
