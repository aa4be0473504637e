"""Text to tree and back: what was written, in either language. Knows no law."""
