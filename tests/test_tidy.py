"""The code holds itself to the house rules: sizes, floors, faces, packaging, words."""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {"models": (), "checker": ("models",), "traces": ("models",)}
FLOORS["cli"] = ("models", "checker", "traces")
LINES_MAX = 400
FUNCTION_LINES_MAX = 70
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:work|tmp|root|home)/")
BANNED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _package_files() -> list[Path]:
    return [path for path in _tracked("*.py") if path.parent == ROOT or _folder(path) in FLOORS]


def _folder(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _faces() -> list[Path]:
    return [path for path in _package_files() if path.name == "__init__.py" and path.parent != ROOT]


def test_files_are_short_enough_to_read() -> None:
    long = {_named(p): len(p.read_text().splitlines()) for p in _tracked("*.py", "*.rs")}
    assert {name: lines for name, lines in long.items() if lines > LINES_MAX} == {}


def test_python_functions_fit_on_a_screen() -> None:
    long = []
    for path in _tracked("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines >= FUNCTION_LINES_MAX:
                    long.append(f"{_named(path)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_rust_functions_fit_on_a_screen() -> None:
    opening = re.compile(r"^(\s*)(?:pub(?:\([a-z]+\))? )?(?:const |unsafe )*fn (\w+)")
    long = []
    for path in _tracked("*.rs"):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if found := opening.match(line):
                # rustfmt puts the closing brace of a function under the column it begins in.
                rest = lines[number:]
                end = next((i for i, text in enumerate(rest) if text == f"{found[1]}}}"), 0)
                if end + 1 >= FUNCTION_LINES_MAX:
                    long.append(f"{_named(path)}:{number + 1} {found[2]}: {end + 1} lines")
    assert long == []


def test_every_folder_with_code_is_packaged() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT) for path in _package_files()}
    expected = {".".join(("gtcheck", *folder.parts)) for folder in folders}
    assert set(settings["packages"]) == expected


def test_every_file_beside_the_code_is_packaged() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    covered = [
        "/".join((*package.split(".")[1:], pattern))
        for package, patterns in settings["package-data"].items()
        for pattern in patterns
    ]
    beside = [
        _named(path)
        for path in _tracked(*(f"{folder}/**" for folder in FLOORS))
        if path.suffix in {".pyi", ".lark", ".json", ".rs", ".toml", ".lock"}
        and path.name != "rustfmt.toml"
        and "/tests/" not in _named(path)
    ]
    missing = [n for n in beside if not any(fnmatch.fnmatch(n, pattern) for pattern in covered)]
    assert missing == []


def test_imports_only_go_down_the_floors() -> None:
    climbing = []
    for path in _package_files():
        if path.parent == ROOT:
            continue
        allowed = {_folder(path), *FLOORS[_folder(path)]}
        for floor, line in _imported_floors(path):
            if floor in FLOORS and floor not in allowed:
                climbing.append(f"{_named(path)}:{line} imports {floor}")
    assert climbing == []


def _imported_floors(path: Path) -> list[tuple[str, int]]:
    package = ["gtcheck", *path.relative_to(ROOT).parent.parts]
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            targets = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            parts = target.split(".")
            if parts[0] == "gtcheck" and len(parts) > 1:
                found.append((parts[1], node.lineno))
    return found


@pytest.mark.parametrize("face", _faces(), ids=_named)
def test_a_face_only_passes_on_what_it_names(face: Path) -> None:
    bound: list[str] = []
    exported: list[str] = []
    for node in ast.parse(face.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            bound += [alias.asname or alias.name for alias in node.names]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            exported = ast.literal_eval(node.value)
        else:
            assert isinstance(node, ast.Expr), f"line {node.lineno} defines something"
            assert isinstance(node.value, ast.Constant), f"line {node.lineno} does something"
    assert sorted(exported) == sorted(bound)
    modules = {path.stem for path in face.parent.iterdir() if path.suffix == ".py"}
    assert set(exported) & modules == set()


def test_faces_stay_small() -> None:
    long = {_named(face): len(face.read_text().splitlines()) for face in _faces()}
    # The language of models is one face with one name a line.
    assert {n: lines for n, lines in long.items() if lines > 40 and n != "models/__init__.py"} == {}


def test_nothing_is_called_utils() -> None:
    assert [_named(p) for p in _tracked("*.py", "*.rs") if p.stem in {"utils", "helpers"}] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    found = [
        f"{_named(path)}:{number}"
        for path in _tracked()
        if path != Path(__file__) and path.suffix not in {".lock"} and path.name != ".gitignore"
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    found = [
        f"{_named(path)}:{number}"
        for path in _tracked("*.py", "*.rs", "*.pyi")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if BANNED.search(line)
    ]
    assert found == []


def test_everything_public_says_what_it_is() -> None:
    silent = []
    for path in _package_files():
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            silent.append(_named(path))
        for node in tree.body:
            is_thing = isinstance(node, (ast.FunctionDef, ast.ClassDef))
            if is_thing and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{_named(path)}:{node.lineno} {node.name}")
    assert silent == []
