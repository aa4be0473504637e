"""Facts → determination, plainly: the meaning that every faster form agrees with."""
