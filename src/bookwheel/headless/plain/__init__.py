"""The plain front end: turns with labels, one after the other, and words in place of keys."""
