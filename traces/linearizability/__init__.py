"""Whether an item behaves as one copy that each operation meets at one moment."""
