"""A portfolio under two texts of the law, and what that comes to."""
