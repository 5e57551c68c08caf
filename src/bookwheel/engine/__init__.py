"""The library: the streaming query engine and the event-streaming agents; knows no screen."""
