"""Jepsen's workloads that are no registers and no transactions: banks, counters, sets, queues."""
