"""What runs in the child processes that read documents, and how this process talks to them."""
