"""Rulebook → a flat list of steps over integers, and the one table of what each step means."""
