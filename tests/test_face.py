"""`import gtcheck` gives what the command line does, and loads nothing before it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import gtcheck
import pytest

FACE = Path(__file__).resolve().parent.parent / "__init__.py"

HEAVY = ("hashlib", "msgspec", "networkx", "rich", "secrets", "shutil", "difflib", "html")


def test_the_face_gives_just_what_it_shows_to_type_checkers() -> None:
    [block] = [node for node in ast.parse(FACE.read_text()).body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    shown = {name.name: node.module for node in imports for name in node.names}
    assert sorted(gtcheck.__all__) == sorted(shown)
    for name, home in shown.items():
        found = getattr(gtcheck, name)
        assert found is getattr(sys.modules[f"gtcheck.{home}"], name)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'explode'"):
        _ = gtcheck.explode


def test_importing_it_loads_nothing_else() -> None:
    code = "import sys, gtcheck; print([m for m in sys.modules if m.startswith('gtcheck.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_exploring_loads_nothing_that_takes_much_memory_and_is_not_needed() -> None:
    # What the interpreter takes counts in every state of an exploration.
    code = (
        "import sys; from gtcheck.cli.main import run;"
        "run(['explore', 'two-phase-commit', '--format', 'json', '--output', '/dev/null']);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
