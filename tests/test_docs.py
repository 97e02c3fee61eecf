"""The documents show what the commands print today, and their examples run."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


def refresher() -> ModuleType:
    specification = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("document", refresher().documents(), ids=lambda path: path.name)
def test_a_document_shows_what_commands_print_today(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    module = refresher()
    assert module.settled(text) == module.settled(module.refreshed(text))


@pytest.mark.parametrize("name", ["language", "api"])
def test_the_examples_of_a_document_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    assert len(blocks) >= 5
    for block in blocks:
        line = text[: text.index(block)].count("\n")
        # The line numbers of a failure are those of the document.
        exec(compile("\n" * line + block, f"docs/{name}.md", "exec"), vars(module))


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())))
)
def test_a_link_of_the_readme_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
