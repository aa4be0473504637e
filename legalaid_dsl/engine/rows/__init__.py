"""Steps → one Python function that decides one case at a time."""
