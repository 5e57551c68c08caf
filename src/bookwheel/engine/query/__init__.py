"""From passages to a streamed, cited answer."""
