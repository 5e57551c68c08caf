"""What the keys and messages of the desk do, by subject: each file names its actions for the key table."""
