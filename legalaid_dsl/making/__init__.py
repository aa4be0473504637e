"""Cases made: at random, towards a rule, smaller, near another, to proportions."""
