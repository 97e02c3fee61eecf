"""The repository holds itself to its rules: sizes, floors, faces, packaging and words."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"models": 0, "checker": 1, "traces": 1, "cli": 2}
"""A folder imports only from those below it."""

LINES = 400
FACE_LINES = 40
FUNCTION_LINES = 69
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SKIPPED = {"build", "dist", "target", "__pycache__"}
TEXTS = {
    "Makefile",
    "run",
    ".cfg",
    ".json",
    ".jsonl",
    ".md",
    ".py",
    ".pyi",
    ".rs",
    ".sh",
    ".toml",
    ".yml",
}
RUST_FUNCTION = re.compile(r"^(\s*)(?:pub(?:\([a-z]+\))? )?(?:const |unsafe )*fn (\w+)")

# Written in halves, so that this file does not hold what it looks for.
MACHINE_PATHS = [f"/{folder}/" for folder in ("work", "tmp", "root", "home")]
CONFLICTS = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.M)
BANNED_WORDS = [one + other for one, other in (("A", "I"), ("help", "er"), ("ag", "ent"))]


def files(suffixes: set[str], *folders: str) -> list[Path]:
    """List the repository's own files, without what is built or cached."""
    return sorted(
        path
        for folder in folders or (".",)
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and is_own(path) and (path.suffix or path.name) in suffixes
    )


def is_own(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return not any(
        name in SKIPPED
        or name.endswith(".egg-info")
        or (name.startswith(".") and name not in (".ci", ".github"))
        for name in folders
    )


def code() -> list[Path]:
    return files({".py"}, *FLOORS)


def shown(path: Path, line: int | None = None) -> str:
    place = path.relative_to(ROOT).as_posix()
    return place if line is None else f"{place}:{line}"


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), shown(path))


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in files({".py", ".rs"})}
    assert {path: length for path, length in lengths.items() if length > LINES} == {}


def test_no_merge_was_left_half_done() -> None:
    assert [shown(path) for path in files(TEXTS) if CONFLICTS.search(path.read_text())] == []


def test_no_function_has_70_lines() -> None:
    found = [*python_functions(), *rust_functions()]
    assert len(found) > 100
    assert [(name, length) for name, length in found if length > FUNCTION_LINES] == []


def python_functions() -> Iterator[tuple[str, int]]:
    for path in files({".py"}):
        for node in ast.walk(tree(path)):
            if isinstance(node, FUNCTIONS):
                yield f"{shown(path, node.lineno)} {node.name}", python_length(node)


def python_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring and the functions inside, which count too."""
    hidden = {
        line
        for node in ast.walk(function)
        if isinstance(node, FUNCTIONS) and node is not function
        for line in lines_of(node)
    }
    if ast.get_docstring(function) is not None:
        hidden |= {*lines_of(function.body[0])}
    return len(set(lines_of(function)) - hidden)


def lines_of(node: ast.stmt) -> range:
    assert node.end_lineno is not None
    return range(node.lineno, node.end_lineno + 1)


def rust_functions() -> Iterator[tuple[str, int]]:
    for path in files({".rs"}):
        lines = path.read_text(encoding="utf-8").splitlines()
        for start, line in enumerate(lines):
            if found := RUST_FUNCTION.match(line):
                yield f"{shown(path, start + 1)} {found[2]}", rust_length(lines[start:], found[1])


def rust_length(lines: list[str], indentation: str) -> int:
    """Count a function's lines: rustfmt puts the brace that closes it right under its `fn`."""
    opened = False
    for number, line in enumerate(lines, 1):
        opened = opened or "{" in line
        if line == indentation + "}" or (opened and number == 1 and line.endswith("}")):
            return number
        if not opened and line.endswith(";"):
            return number
    return len(lines)


def test_imports_only_go_down() -> None:
    wrong = [
        f"{shown(path, line)}: {target}"
        for path in code()
        for line, target in imported_folders(path)
        if target != folder_of(path) and FLOORS[target] >= FLOORS[folder_of(path)]
    ]
    assert wrong == []


def test_inside_the_package_imports_are_relative() -> None:
    wrong = [
        shown(path, node.lineno)
        for path in code()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gtcheck")
        or (
            isinstance(node, ast.Import)
            and any(name.name.split(".")[0] == "gtcheck" for name in node.names)
        )
    ]
    assert wrong == []


def folder_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imported_folders(path: Path) -> Iterator[tuple[int, str]]:
    """Give the line and the folder of every relative import that names one."""
    here = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = here[: len(here) - node.level + 1]
        for name in node.names:
            target = (*base, *(node.module or "").split("."), name.name)
            folder = next((part for part in target if part), "")
            if folder in FLOORS:
                yield node.lineno, folder


LAZY_FACES = [ROOT / "checker" / "__init__.py", ROOT / "models" / "__init__.py"]
FACES = [path for path in code() if path.name == "__init__.py" and path not in LAZY_FACES]


@pytest.mark.parametrize("face", LAZY_FACES, ids=shown)
def test_a_lazy_face_gives_just_what_it_shows_to_type_checkers(face: Path) -> None:
    [shown_block] = [node for node in tree(face).body if isinstance(node, ast.If)]
    imports = [node for node in shown_block.body if isinstance(node, ast.ImportFrom)]
    bound = {name.name: node.module for node in imports for name in node.names}
    package = import_module(f"gtcheck.{folder_of(face)}")
    assert sorted(package.__all__) == sorted(bound)
    for name, home in bound.items():
        found = getattr(package, name)
        if home is not None:
            assert found is getattr(import_module(f"{package.__name__}.{home}"), name)


@pytest.mark.parametrize("face", FACES, ids=shown)
def test_a_face_only_gathers_names_and_lists_them_all(face: Path) -> None:
    body = tree(face).body
    assert isinstance(body[0], ast.Expr), "a face says what its folder is"
    imports = [node for node in body[1:] if isinstance(node, ast.ImportFrom)]
    others = [node for node in body[1:] if not isinstance(node, ast.ImportFrom)]
    bound = {name.asname or name.name for node in imports for name in node.names}
    exported: set[str] = set()
    length = len(face.read_text(encoding="utf-8").splitlines())
    if others:
        [listing] = others
        assert isinstance(listing, ast.Assign)
        assert ast.unparse(listing.targets[0]) == "__all__"
        exported = set(ast.literal_eval(listing.value))
        assert listing.end_lineno is not None
        length -= listing.end_lineno - listing.lineno
    assert bound == exported
    assert length <= FACE_LINES
    namesakes = [node.module for node in imports if {node.module} & {n.name for n in node.names}]
    assert namesakes == [], "a name that is also its module's hides the module"


def test_every_public_name_says_what_it_is() -> None:
    wrong = [
        f"{shown(path, getattr(node, 'lineno', 1))} {getattr(node, 'name', 'module')}"
        for path in code()
        for node in (tree(path), *tree(path).body)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
    ]
    assert wrong == []


def test_every_folder_of_code_is_packaged() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {".".join(("gtcheck", *path.relative_to(ROOT).parts[:-1])) for path in code()}
    assert settings["packages"] == sorted(folders | {"gtcheck"})


def test_every_file_that_the_code_needs_is_packaged() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    needed = files({".json", ".lock", ".pyi", ".rs"}, *FLOORS)
    needed += [ROOT / "py.typed", *ROOT.glob("*/engine/Cargo.toml")]
    assert [shown(path) for path in needed if not is_packaged(path, settings)] == []


def is_packaged(path: Path, settings: dict[str, dict[str, list[str]]]) -> bool:
    for package, patterns in settings["package-data"].items():
        folder = ROOT.joinpath(*package.split(".")[1:])
        if path.is_relative_to(folder):
            name = path.relative_to(folder).as_posix()
            if any(fnmatch(name, p) and name.count("/") == p.count("/") for p in patterns):
                return True
    return False


def test_nothing_names_a_path_of_some_machine_or_a_banned_word() -> None:
    banned = re.compile(
        "|".join([*map(re.escape, MACHINE_PATHS), *(rf"\b{word}s?\b" for word in BANNED_WORDS)])
    )
    wrong = [
        f"{shown(path, number)}: {line.strip()}"
        for path in files(TEXTS)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if banned.search(line)
    ]
    assert wrong == []


def test_no_module_is_called_utils() -> None:
    assert [shown(path) for path in files({".py", ".rs"}) if path.stem in ("utils", "util")] == []
