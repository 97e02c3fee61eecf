"""gtcheck explores models of replicated stores and checks the logs of real ones."""

__version__ = "0.1.0"
