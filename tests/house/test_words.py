"""The project speaks of itself alone, and commits nothing that was built."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT, tracked

# Split so that this file does not name what it looks for.
REGISTRIES = ["py" + "pi.org", "python" + "hosted", "registry.npm" + "js", "deb.debi" + "an"]
REGISTRIES += ["conda.anaconda" + ".org"]
MACHINE = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|t" + r"mp/bash)/")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".cff", ".sh", ".ipynb", ".html", ".css", ".lock"}
FILES = [path for path in tracked() if path.suffix in TEXT or path.name in ("Makefile", "run")]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_registry_no_machine_nothing_unfinished(path):
    text = path.read_text("utf-8")
    assert not [name for name in REGISTRIES if name in text]
    assert not MACHINE.search(text)
    if path.suffix == ".py":
        assert not UNFINISHED.search(text)


def test_nothing_built_is_committed():
    built = [p for p in tracked() if p.relative_to(ROOT).parts[0] in {"reports", ".venv", "build"}]
    assert not built
    assert not tracked("data/processed/*")
