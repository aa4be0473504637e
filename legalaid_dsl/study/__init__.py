"""For analysts: many cases at once, readings and amendments side by side, and what makes the difference."""
