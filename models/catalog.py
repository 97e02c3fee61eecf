"""Finding a model: by a built-in name, in a file, or in a module."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from .errors import GtcheckError, InputError, ModelError, Place, UnknownNameError, UsageError
from .parameters import Model
from .places import place_of_error

_BUILT_IN = {
    "async": "asynchronous_tables",
    "attendees": "scenes.attendees",
    "availability": "availability",
    "concurrent-writes": "scenes.concurrent_writes",
    "journal": "journal_clients",
    "leader-region": "leader_region",
    "lww-register": "lww_register",
    "mrsc": "mrsc_tables",
    "one-writer": "scenes.one_writer",
    "read-all-regions": "read_all_regions",
    "replicated-journal": "replicated_journal",
    "storage": "storage_region",
    "three-writers": "scenes.three_writers",
    "transactions": "transactions",
    "two-items": "scenes.two_items",
    "two-phase-commit": "two_phase_commit",
}


def model_names() -> tuple[str, ...]:
    """Give the names of the built-in models, sorted."""
    return tuple(sorted(_BUILT_IN))


def load_model(reference: str) -> Model:
    """Give the model of a built-in name, `path/to/model.py[:name]` or `package.module:name`.

    Raises `UnknownNameError` (with the nearest name), `InputError` for a file that cannot be read,
    and `ModelError` for one that is not a model, with file, line and caret.
    """
    if reference in _BUILT_IN:
        module = importlib.import_module(f".library.{_BUILT_IN[reference]}", __package__)
        return _choose(module, reference, reference)
    source, _, name = reference.rpartition(":") if ":" in reference else (reference, "", "")
    if source.endswith(".py"):
        return _choose(_module_of_file(Path(source)), name, reference)
    if source and name:
        return _choose(_module_of_package(source), name, reference)
    if Path(f"{reference}.py").is_file():
        raise UnknownNameError(f"unknown model {reference!r}; did you mean {reference}.py?")
    known = UnknownNameError.among("model", reference, _BUILT_IN)
    raise UnknownNameError(f"{known}; or name path/to/model.py[:name] or package.module:name")


def load_from_file(reference: str, kind: str) -> tuple[object, ModuleType]:
    """Give what `path/to/file.py:NAME` names, and the module that it is in.

    What several references name in one file is of one module, as long as the file stays the same.
    `kind` is what errors call it. Raises `UsageError` for another form of reference,
    `UnknownNameError` for a name that is not there, and what `load_model` raises for files.
    """
    source, _, name = reference.rpartition(":")
    if not source.endswith(".py") or not name:
        raise UsageError(f"{kind} {reference!r} names no function or class; write FILE.py:NAME")
    path = Path(source)
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    module = _unchanged_module(path, changed)
    if name not in vars(module):
        own = [key for key, one in vars(module).items() if _is_written_in(one, module)]
        raise UnknownNameError.among(f"{kind} of {path}", name, own)
    return vars(module)[name], module


def _is_written_in(thing: object, module: ModuleType) -> bool:
    return getattr(thing, "__module__", None) == module.__name__ and callable(thing)


@lru_cache(maxsize=64)
def _unchanged_module(path: Path, changed: int) -> ModuleType:
    return _module_of_file(path)


def _module_of_file(path: Path) -> ModuleType:
    if path.is_dir():
        raise InputError(f"{path} is a directory; name the file in it")
    try:
        path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as Python source: {error}") from None
    name = f"gtcheck_model_{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise InputError(f"{path} cannot be read as Python source")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except BaseException as error:
        sys.modules.pop(name, None)
        raise _as_model_error(str(path), error) from error
    return module


def _module_of_package(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"there is no module {name!r}: {error}") from None
    except BaseException as error:
        raise _as_model_error(name, error) from error


def _as_model_error(what: str, error: BaseException) -> BaseException:
    if isinstance(error, SyntaxError):
        text = (error.text or "").rstrip("\n")
        place = Place(error.filename or what, error.lineno, error.offset, text)
        return ModelError(f"not Python: {error.msg}", place=place)
    if isinstance(error, GtcheckError) or not isinstance(error, (Exception, SystemExit)):
        return error
    message = f"{what} could not be imported: {type(error).__name__}: {error}"
    return ModelError(message, place=place_of_error(error))


def _choose(module: ModuleType, name: str, reference: str) -> Model:
    models = {found.name: found for found in vars(module).values() if isinstance(found, Model)}
    by_variable = {key: found for key, found in vars(module).items() if isinstance(found, Model)}
    if name in models or name in by_variable:
        return models.get(name) or by_variable[name]
    if name:
        raise UnknownNameError.among("model", name, models)
    if len(models) == 1:
        return next(iter(models.values()))
    if not models:
        raise ModelError(f"{reference} has no model; decorate a function with @model(...) in it")
    listed = ", ".join(f"{reference}:{found}" for found in models)
    raise ModelError(f"{reference} has {len(models)} models; name one: {listed}")
