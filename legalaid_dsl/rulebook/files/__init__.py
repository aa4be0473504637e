"""Which files a load reads, and what is kept of them."""
