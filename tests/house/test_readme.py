"""What the README names is there: files, links and commands."""

from __future__ import annotations

import os
import re
import subprocess

import numpy as np
import pandas as pd
import pytest
import typer

from analysis.__main__ import app
from tests.house.tree import ROOT

PAGES = ["README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8"))
    assert not [link for link in links if not (ROOT / link).exists()]


def test_every_make_task_exists():
    tasks = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {"report", "test", "lab"} <= set(tasks)
    assert all(re.search(rf"^{task}:", makefile, re.MULTILINE) for task in tasks)


@pytest.mark.parametrize(
    ("user", "words"), [(0, "lab --allow-root notebooks"), (1000, "lab notebooks")]
)
def test_the_lab_opens_for_root_too(tmp_path, user, words):
    # In a container one is root.
    for name, does in (("jupyter", 'echo "$@"'), ("id", f"echo {user}")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", "-o", "setup", "lab", f"BIN={tmp_path}"],
        cwd=ROOT,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == words, done.stderr


def test_the_setup_stamp_is_written_last():
    lines = (ROOT / "setup.sh").read_text("utf-8").strip().splitlines()
    assert lines[-1].endswith('> "$stamp"')


def test_every_command_is_typed_as_it_stands():
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    lines = [line for kind, block in blocks if not kind for line in block.splitlines()]
    typed = [line.split() for line in lines if line.strip()]
    typed += [words.split() for words in re.findall(r"`([^`\n]*bin/[^`\n]*)`", readme)]
    assert {words[0] for words in typed} == {"make", ".venv/bin/analysis", ".venv/bin/papermill"}
    known = set(typer.main.get_command(app).commands)
    assert {words[1] for words in typed if words[0].endswith("analysis")} <= known


def test_the_example_in_python_runs_as_it_stands(tmp_path, monkeypatch):
    readme = (ROOT / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    rng = np.random.default_rng(1)
    table = pd.MultiIndex.from_product([range(20), [8, 16]], names=["participant", "week"])
    table = table.to_frame(index=False)
    table["arm"] = np.where(table["participant"] % 2, "bands", "usual_care")
    table["baseline"] = table["participant"].map(dict(enumerate(rng.normal(50, 10, 20))))
    table["change"] = rng.normal(-10, 5, len(table)).round(1)
    table.to_csv(tmp_path / "scores.csv", index=False)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(example, names)
    assert len(names["fit"].contrasts("arm", by="week")) == 2
