"""JSON → facts, strictly."""
