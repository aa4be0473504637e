"""Steps → NumPy over integers, for many cases at once (extra ``study``)."""
