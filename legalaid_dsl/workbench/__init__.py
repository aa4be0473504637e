"""For drafters: running the worked examples that stand beside the law."""
