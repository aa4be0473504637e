"""Determination → the contract's JSON."""
