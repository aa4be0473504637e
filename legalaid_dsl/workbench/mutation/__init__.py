"""Whether the worked examples would notice a change of the law."""
