"""Studies of whole rulebooks: what holds for every case, what a change of the text does to whom."""
