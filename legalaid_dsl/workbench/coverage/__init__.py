"""What worked examples decide of every provision."""
