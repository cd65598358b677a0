"""Public functions say what they answer, are typed, and name a validation file that exists."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.tree import MODULES, PACKAGE, ROOT, parse


def _public(tree: ast.Module) -> list[ast.FunctionDef]:
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.append(node)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found += [f for f in node.body if isinstance(f, ast.FunctionDef)]
    return [f for f in found if not f.name.startswith("_")]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_public_functions_are_described_and_typed(path):
    tree = parse(path)
    assert ast.get_docstring(tree), f"{path.name} does not say what room it is"
    for function in _public(tree):
        place = f"{path.name}:{function.lineno} {function.name}"
        assert ast.get_docstring(function), f"{place} has no docstring"
        assert function.returns is not None, f"{place} does not say what it returns"
        bare = [a.arg for a in function.args.args + function.args.kwonlyargs if not a.annotation]
        assert not set(bare) - {"self", "cls"}, f"{place} leaves {bare} untyped"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_agreement_names_a_file_that_exists(path):
    for place in re.findall(r"Agrees with:\s+`{0,2}([\w./-]+)", path.read_text("utf-8")):
        name = place.rstrip(".,;:")
        assert name.startswith("validation/"), f"{path.name}: {name}"
        assert (ROOT / name).exists(), f"{path.name} names {name}, which does not exist"


# Rooms of the engine that compute a statistic which a reference also gives. The others carry
# numbers from one to the next, read what was asked, or refuse it.
ENGINE = [
    "basis",
    "components",
    "contrast",
    "correlation",
    "sigma",
    "crossproducts",
    "downdate",
    "grid",
    "inference",
    "jointtest",
    "leaveout",
    "likelihood",
    "meanfit",
    "mmrm",
    "mmrm_chunks",
    "mmrm_fit",
    "multiple",
    "newton",
    "random_effects",
    "reml",
    "sandwich",
    "smallsample",
    "summed_fit",
    "draw",
    "draw_bootstrap",
    "pool",
    "refit",
]


@pytest.mark.parametrize("name", ENGINE)
def test_the_engine_names_its_sources(name):
    path = PACKAGE / "stats" / f"{name}.py"
    text = path.read_text("utf-8")
    assert "Source:" in text, name
    assert "Agrees with:" in text, name
    for function in _public(parse(path)):
        told = ast.get_docstring(function)
        exact = "no approximation" in told
        assert exact or ("Source:" in told) <= ("Agrees with:" in told), f"{name}.{function.name}"
