"""The parameters of a chapter: read from its tagged cell without running it, checked, typed.

Papermill only warns of an unknown parameter and loses some lines of the cell, so the cell is read
here by its syntax tree, and a wrong request is refused before a kernel starts.
"""

from __future__ import annotations

import ast
import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UsageError

Value = int | float | str | bool | None
GIVEN = ("study", "run")
# Anywhere in a name, and as a word of it.
_SECRETS = ("password", "passwd", "passphrase", "passcode", "pwd", "token", "secret", "credential")
_SECRETS += ("apikey", "api_key", "bearer")
_SECRET_WORDS = {"key", "pass", "pw", "auth", "pin", "login"}
# An address with a name and a password in it.
_SECRET_VALUE = re.compile(r"://[^/@\s]*:[^/@\s]+@")
# Of a wrong value, characters that a message shows.
_LONGEST = 40
_TYPES = {"int": int, "float": float, "str": str, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: its default and the kinds of value it takes (empty: any plain one)."""

    name: str
    default: Value
    kinds: tuple[type, ...]
    optional: bool


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """The parameters that a chapter declares, in order.

    Raises:
        UsageError: not exactly one cell is tagged ``parameters``, or a line of it is not a plain
            ``name = value``, or a name looks like a secret.
    """
    declared: dict[str, Parameter] = {}
    source = _tagged_source(notebook)
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise _bad_cell(notebook, f"line {error.lineno} is not Python") from None
    for node in lines:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        parameter = _parameter(node, notebook)
        _refuse_secret(parameter.name, notebook.name)
        declared[parameter.name] = parameter
    return declared


def cells_of(notebook: Path) -> list[dict]:
    """The cells of a notebook file, as they are written.

    Raises:
        UsageError: the file is no notebook.
    """
    try:
        return json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            "This is not a notebook.", where=notebook.name, do="save it again in JupyterLab"
        ) from None


def typed(text: str, parameter: Parameter) -> Value:
    """The value that `text` stands for, in a kind that the parameter takes.

    Raises:
        UsageError: the text is of another kind.
    """
    if text == "None":
        if parameter.optional:
            return None
        raise _ill_typed(text, parameter)
    if _SECRET_VALUE.search(text):
        raise _secret(f"The value of the parameter `{parameter.name}`", f"{parameter.name}=...")
    for kind in parameter.kinds or (bool, int, float, str):
        value = _as(kind, text)
        if value is not None:
            return value
    raise _ill_typed(text, parameter)


def _ill_typed(text: str, parameter: Parameter) -> UsageError:
    words = " or ".join([kind.__name__ for kind in parameter.kinds]) or "a plain value"
    words += " or None" if parameter.optional else ""
    return UsageError(
        f"The parameter `{parameter.name}` takes {words}, not `{_shown(text)}`.",
        where=f"--set {parameter.name}=...",
        why="a value of another kind would change the analysis silently or stop it half-way",
        do=f"give {words}, as in --set {parameter.name}={_example(parameter)}",
    )


def split_settings(settings: Iterable[str]) -> dict[str, str]:
    """``key=value`` words as a mapping; a value may hold further ``=``.

    Raises:
        UsageError: no ``=``, a key twice, a key that looks like a secret, or one the runner gives.
    """
    pairs: dict[str, str] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(
                f"`{name}` is not a setting.", where="--set", do="write --set key=value"
            )
        _refuse_secret(name, "--set")
        if name in GIVEN:
            raise UsageError(
                f"`{name}` is not set by --set.",
                where=f"--set {name}=...",
                do="name the study by PLAN and the run by --run",
            )
        if name in pairs:
            raise UsageError(f"`{name}` is set twice.", where="--set", do="give it once")
        pairs[name] = text
    return pairs


def settings_of_chapters(
    settings: Mapping[str, str], declared: Mapping[str, Mapping[str, Parameter]]
) -> dict[str, dict[str, Value]]:
    """What each chapter is given: a setting goes to every chosen chapter that declares it.

    Args:
        settings: text by name.
        declared: parameters by chapter and name.

    Raises:
        UsageError: no chosen chapter declares a name, or a value is of the wrong kind.
    """
    known = sorted({n for own in declared.values() for n in own} - set(GIVEN))
    for name in settings:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise UsageError(
                f"No chosen chapter declares the parameter `{name}`.",
                where=f"--set {name}=...",
                why="a parameter that nothing reads would be ignored silently",
                do=f"did you mean `{near[0]}`?" if near else f"declared are: {', '.join(known)}",
            )
    return {
        chapter: {n: typed(text, own[n]) for n, text in settings.items() if n in own}
        for chapter, own in declared.items()
    }


def _tagged_source(notebook: Path) -> str:
    cells = cells_of(notebook)
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1 or tagged[0].get("cell_type") != "code":
        raise _bad_cell(notebook, f"{len(tagged)} cells are tagged `parameters`, one is needed")
    return "".join(tagged[0]["source"])


def _parameter(node: ast.stmt, notebook: Path) -> Parameter:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
        name, value, annotation = node.target.id, node.value, ast.unparse(node.annotation)
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        name, value, annotation = ast.unparse(node.targets[0]), node.value, ""
    else:
        raise _bad_cell(notebook, f"line {node.lineno} is not `name = value`")
    try:
        default = ast.literal_eval(value)
    except ValueError:
        default = ...
    if not name.isidentifier() or not isinstance(default, Value):
        raise _bad_cell(notebook, f"line {node.lineno} does not give a plain value to a name")
    # Papermill reads `int or None`; of `int | None` it understands nothing and loses the line.
    if isinstance(default, str) and _SECRET_VALUE.search(default):
        raise _secret(f"The default of the parameter `{name}`", notebook.name)
    words = re.split(r" *\| *| or ", annotation) if annotation else []
    kinds = tuple(_TYPES[word] for word in words if word in _TYPES)
    if not words and default is not None:
        kinds = (type(default),)
    return Parameter(name, default, kinds, default is None or "None" in words)


def _refuse_secret(name: str, where: str) -> None:
    parts = set(name.lower().split("_"))
    if parts & _SECRET_WORDS or any(word in name.lower() for word in _SECRETS):
        raise _secret(f"The parameter `{name}`", where)


def _secret(what: str, where: str) -> UsageError:
    return UsageError(
        f"{what} looks like a secret.",
        where=where,
        why="parameters are saved in the executed chapter and in the report's provenance",
        do="rename it if it is none; never pass a secret as a parameter",
    )


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _as(kind: type, text: str) -> Value:
    if kind is bool:
        return {"True": True, "False": False}.get(text)
    try:
        value = kind(text)
    except ValueError:
        return None
    # No value equals a missing one, so that a run with it could never be told to be finished; and
    # provenance is JSON, which has no word for an infinite one.
    return None if kind is float and not math.isfinite(value) else value


def _example(parameter: Parameter) -> str:
    examples = {int: "12", float: "0.9", bool: "True"}
    return next((examples[k] for k in parameter.kinds if k in examples), "words")


def _bad_cell(notebook: Path, what: str) -> UsageError:
    return UsageError(
        f"The parameters of the chapter cannot be read: {what}.",
        where=f"{notebook.name}, cell tagged `parameters`",
        why="a rerun must know what it may set before it starts",
        do="keep one cell of lines `name = value` with plain values, and tag it `parameters`",
    )
