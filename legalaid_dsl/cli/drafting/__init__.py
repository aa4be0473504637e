"""Commands for those who write the rules."""
