"""What `bookwheel doctor` checks, and what it says about it."""
