"""The child processes that read and embed documents, and the messages between them and this process."""
