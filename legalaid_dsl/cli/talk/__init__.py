"""Commands that talk with somebody at a terminal."""
