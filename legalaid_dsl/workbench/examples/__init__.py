"""Worked examples run and written."""
