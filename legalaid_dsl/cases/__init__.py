"""Facts in, results out: the case file's JSON, its schema, worked examples."""
