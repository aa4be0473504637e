"""Guarantees put to the test: by proof where z3 is installed, else by generated cases."""
