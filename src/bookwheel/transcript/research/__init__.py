"""A research run as a reader sees it: its plan as rows, its events in words."""
