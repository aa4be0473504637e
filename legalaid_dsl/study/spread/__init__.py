"""A portfolio in parts, in one process or many, with the same bytes."""
