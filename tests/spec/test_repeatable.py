"""Two identical runs give the same bytes, and no file of a run tells of the machine or its user."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.plan.as_run import write_as_run
from analysis.report.times import TIMES, holds_times, without_times
from tests import conftest
from tests.house.tree import ROOT
from tests.spec.run_books import bytes_of, write_chapter

pytestmark = pytest.mark.xdist_group("repeatable")
USER = "quillfeather"
# Shows what the machine knows of itself, by every way that a cell can show something.
TELLTALE = """\
import getpass, os, socket, sys, tempfile, warnings
from pathlib import Path
from IPython.display import HTML, JSON, Markdown, SVG, display
words = [os.getcwd(), str(Path.home() / "data.csv"), sys.executable, tempfile.mkdtemp(),
         f"/home/{getpass.getuser()}/x", f"{getpass.getuser()}@{socket.gethostname()}"]
told = " ".join(words)
print(told)
print(told, file=sys.stderr)
warnings.warn(told)
display(HTML(f"<p>{told}</p>"), Markdown(told), JSON({told: [told, {"in": told}]}))
display(SVG(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{told}</text></svg>'))
display({"text/plain": told}, raw=True, metadata={"text/plain": {"alt": told}})
"""
# What libraries draw by chance or by the clock.
NOISE = """\
import sys, time
import great_tables, numpy, pandas
from IPython.display import display
import statsmodels.api as sm
import matplotlib.pyplot as plt
for _ in range(3):
    print("out"); print("err", file=sys.stderr); time.sleep(0.3); sys.stdout.flush()
frame = pandas.DataFrame({"x": numpy.arange(9.0), "y": numpy.arange(9.0) ** 1.5})
display(great_tables.GT(frame), frame.style.highlight_max(), object())
display(sm.OLS(frame.y, sm.add_constant(frame.x)).fit().summary())
print(sm.OLS(frame.y, sm.add_constant(frame.x)).fit().summary())
print({"pain", "back", "strength", "training"} and sorted({"pain", "back"}))
"""
# A chapter is run where it asks what the plan asks.
ASKING = """\
if study == "another":
    chapter.ask("flow")
"""
START = """\
from analysis.run import pool
pool.ENVIRONMENT["PYTHONHASHSEED"] = {seed!r}
from analysis.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """One study, run twice: other folders, other users, other seeds of hashing, other workers."""
    roots = []
    for name, seed, workers in (("one", "1", 1), ("another place", "77", 2)):
        root = tmp_path_factory.mktemp(name.partition(" ")[0]) / name
        root.mkdir()
        conftest.tiny_study.__wrapped__(root)
        write_as_run(conftest.tiny_plan.__wrapped__(), root / "plans" / "tiny.yaml")
        (root / "notebooks").mkdir()
        shutil.copy(ROOT / "notebooks" / "03_week_16.ipynb", root / "notebooks")
        write_chapter(root, "04_machine", TELLTALE, ASKING)
        write_chapter(root, "05_noise", NOISE, ASKING)
        words = ["-c", START.format(seed=seed), "run", "tiny", "--workers", str(workers)]
        seen = {"PYTHONHASHSEED": seed, "LOGNAME": USER + name[:3], "HOME": str(root.parent)}
        done = subprocess.run(
            [sys.executable, *words],
            cwd=root,
            env=os.environ | seen,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        roots.append(root)
    return roots


def test_two_runs_differ_in_the_declared_times_only(worlds):
    first, second = (bytes_of(root / "reports" / "tiny") for root in worlds)
    assert list(first) == list(second)
    for name in first:
        shared = [without_times(name, files[name]) for files in (first, second)]
        assert shared[0] == shared[1], name
        assert holds_times(name) or first[name] == second[name], name
    assert "main/chapters/05_noise.ipynb" in first


def test_each_declared_time_is_there_to_be_left_out(worlds):
    folder = worlds[0] / "reports" / "tiny" / "main"
    for name in TIMES:
        content = (folder / name).read_bytes()
        without = without_times(name, content)
        assert (json.loads(content) != json.loads(without)) is (name != "moved.json")
    page = (folder / "report.html").read_bytes()
    assert len(without_times("report.html", page)) < len(page)
    assert without_times("results.csv", b"<time>x</time>") == b"<time>x</time>"


def texts_of(root):
    """Everything that can be read in every file: text, and all that Parquet files hold."""
    for name, content in bytes_of(root / "reports").items():
        yield name, content.decode("utf-8", "ignore")
        if name.endswith(".parquet"):
            schema = pq.read_schema(root / "reports" / name)
            yield name, str(schema.metadata)
            yield name, pd.read_parquet(root / "reports" / name).to_csv()


def test_no_file_tells_of_the_machine_or_its_user(worlds):
    host = re.compile(rf"[@/]{re.escape(socket.gethostname())}\b")
    seen = 0
    for root in worlds:
        private = [
            str(root),
            str(root.parent),
            USER,
            "/tmp/",
            "/home/",
            sys.prefix,
            sys.base_prefix,
        ]
        for name, text in texts_of(root):
            assert not [word for word in private if len(word) > 4 and word in text], name
            assert not host.search(text), name
            seen += 1
    assert seen > 30


def test_what_was_shown_is_still_there(worlds):
    """Scrubbing must not be the removal of everything."""
    notebook = (worlds[0] / "reports/tiny/main/chapters/04_machine.ipynb").read_text()
    assert notebook.count("user@host") >= 8
    noise = (worlds[0] / "reports/tiny/main/chapters/05_noise.ipynb").read_text()
    assert "as run" in noise
    assert "out\\n" in noise
