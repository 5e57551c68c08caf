"""The conversation: one scrolling view that draws the rows in sight."""
