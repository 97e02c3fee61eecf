"""Trace validation: is a log a run of a model? Where traces and the checker meet."""

from .validating import validate_trace

__all__ = ["validate_trace"]
