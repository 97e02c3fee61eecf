"""Protocols with one mechanism left out, a file each: what the properties must notice."""
