"""Clocks that err: by how much they must, for a violated rule to hold."""
