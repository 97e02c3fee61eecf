"""Parameters of models: declared with type, default and bounds, and held to them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from gtcheck.models import (
    Fault,
    InputError,
    ModelError,
    Parameter,
    ParameterError,
    System,
    UnknownNameError,
    load_model,
    model,
    model_names,
)


@model("sample")
def sample(
    *,
    size: Annotated[int, Parameter(1, 5, "how large")] = 2,
    quick: Annotated[bool, Parameter()] = False,
    bug: Annotated[Literal["none", "skip-fence"], Parameter(summary="what is broken")] = "none",
    at: Annotated[str, Parameter(choices=("here", "there"))] = "here",
    cut: Annotated[int, Fault(3, "cuts")] = 1,
) -> System:
    """A sample. It has a second sentence."""
    return System()


def test_parameters_and_faults_are_read_off_the_function() -> None:
    assert sample.name == "sample"
    assert [p.name for p in sample.parameters] == ["size", "quick", "bug", "at"]
    assert [p.name for p in sample.faults] == ["cut"]
    assert sample.parameters[0].maximum == 5
    assert sample.parameters[2].choices == ("none", "skip-fence")
    assert sample.parameters[3].choices == ("here", "there")


def test_what_is_typed_is_parsed_and_defaults_fill_the_rest() -> None:
    system = sample.build({"size": "3", "quick": "yes"}, {"cut": "0"})
    assert system.parameters == {"size": 3, "quick": True, "bug": "none", "at": "here"}
    assert system.faults == {}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"size": "6"}, "size=6 is out of bounds: it may be from 1 to 5"),
        ({"size": "big"}, "size=big is not a whole number"),
        ({"quick": "perhaps"}, "neither true nor false"),
    ],
)
def test_a_value_that_does_not_fit_is_told(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        sample.build(settings)


def test_an_unknown_parameter_fault_or_choice_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown parameter of model sample 'sise'.*'size'"):
        sample.build({"sise": 1})
    with pytest.raises(UnknownNameError, match=r"unknown fault of model sample 'cuts'.*'cut'"):
        sample.build({}, {"cuts": 1})
    with pytest.raises(UnknownNameError, match="did you mean 'skip-fence'"):
        sample.build({"bug": "skip-fense"})


def test_a_parameter_that_is_not_declared_whole_is_told() -> None:
    with pytest.raises(ModelError, match="parameter 'size' of bare is not declared whole"):

        @model("bare")
        def bare(*, size: int = 3) -> System:
            return System()


def test_a_default_out_of_bounds_is_told() -> None:
    with pytest.raises(ModelError, match="default of wide: size=9 is out of bounds"):

        @model("wide")
        def wide(*, size: Annotated[int, Parameter(1, 5)] = 9) -> System:
            return System()


def test_a_model_that_raises_while_it_is_built_is_told_with_the_line() -> None:
    @model("broken")
    def broken() -> System:
        raise KeyError("lost")

    with pytest.raises(ModelError, match="KeyError: 'lost'") as caught:
        broken.build()
    assert caught.value.place is not None
    assert caught.value.place.file == __file__


def test_every_built_in_model_builds_with_its_defaults() -> None:
    for name in model_names():
        loaded = load_model(name)
        assert loaded.name == name
        assert loaded.summary
        assert loaded.build().properties


def test_an_unknown_model_is_told_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown model 'asink'; did you mean 'async'\? available: async, "
    ):
        load_model("asink")


SOURCE = '''
from gtcheck.models import System, model

@model("one")
def one() -> System:
    """One."""
    return System()
'''


def test_a_model_is_found_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(SOURCE)
    assert load_model(str(path)).name == "one"
    assert load_model(f"{path}:one").name == "one"
    with pytest.raises(UnknownNameError, match=r"unknown model 'two'.*one"):
        load_model(f"{path}:two")


def test_a_file_with_two_models_needs_the_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(SOURCE + SOURCE.replace("one", "two"))
    with pytest.raises(ModelError, match="has 2 models; name one"):
        load_model(str(path))


def test_a_syntax_error_is_told_with_line_and_caret(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = (1,\ndef f(: pass\n")
    with pytest.raises(ModelError) as caught:
        load_model(str(path))
    assert f"{path}:" in caught.value.report()
    assert "^" in caught.value.report()


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", ModelError, "has no model"),
        ("import no_such_thing_at_all", ModelError, "ModuleNotFoundError"),
        ("raise SystemExit(0)", ModelError, "SystemExit"),
        ("1 / 0", ModelError, "ZeroDivisionError"),
    ],
)
def test_a_file_that_is_no_model_is_told(
    tmp_path: Path, text: str, error: type[Exception], said: str
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(error, match=said):
        load_model(str(path))


def test_a_missing_file_a_directory_and_a_binary_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        load_model(str(tmp_path / "none.py"))
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(InputError, match="is a directory"):
        load_model(str(tmp_path / "folder.py"))
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as Python source"):
        load_model(str(tmp_path / "binary.py"))
    with pytest.raises(InputError, match="there is no module 'no_such_package'"):
        load_model("no_such_package:model")


def test_a_model_that_ends_the_program_while_it_is_built_is_told() -> None:
    @model("ends")
    def ends() -> System:
        raise SystemExit(0)

    with pytest.raises(ModelError, match="model ends could not be built: SystemExit: 0"):
        ends.build()
