"""What a decision rested on, as digests that can be checked again; and the log in which a service keeps them."""
