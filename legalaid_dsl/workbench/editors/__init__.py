"""Rule files in colour, in editors and on pages."""
