"""What a question with two parts, or one with a limit, stands for."""
