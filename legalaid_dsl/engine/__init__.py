"""Rulebook × facts → determination: the interpreter, which is the meaning, and its trace."""
