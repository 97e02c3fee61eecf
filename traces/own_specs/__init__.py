"""Specs of one's own, run over a log: the machines that explorations run, fed through a binding."""
