"""What Bookwheel costs, each number beside a baseline measured in the same run."""
