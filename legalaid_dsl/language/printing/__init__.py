"""Tree → text, in either language."""
