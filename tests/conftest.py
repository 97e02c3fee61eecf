"""What holds for all tests."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Switch Ctrl-C on: a process that was started in the background has it switched off."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
