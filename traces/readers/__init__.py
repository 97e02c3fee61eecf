"""Readers of logs, one a format: lines become operations on items, and what else happened."""
