"""Events folded into what a reader sees; pure, no terminal."""
