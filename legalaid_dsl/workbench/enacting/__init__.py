"""Edits turned into the amending act that makes them."""
