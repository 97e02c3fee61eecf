"""Histories of transactions, and the isolation levels that they are checked against."""
