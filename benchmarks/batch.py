"""Speed of batches: twenty real notebooks against a loop of papermill, and what is up to date.

Run: python benchmarks/batch.py [--quick]

A project is made in a temporary folder: the demo study under five names with seeds of their own,
and the chapters that ship. All ways run one after the other on the same machine in the same
minutes, so their ratios can be compared; the seconds cannot. Prints a table: wall and processor
seconds of the whole family of processes, and their peak memory (shared pages counted once).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

from analysis.data.problems import errors_of
from analysis.data.read import find_problems
from analysis.data.simulate import write_simulated
from analysis.plan.read import read_plan
from analysis.run import finished, folder
from analysis.run.batch.journal import journal_path, read_events
from analysis.run.batch.layout import lay_out
from analysis.run.inputs import Inputs

HERE = Path(__file__).resolve().parents[1]
STUDIES = [f"trial_{letter}" for letter in "abcde"]
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
LOOP = """\
import json, sys
import papermill
for number, (notebook, given) in enumerate(json.load(open("loop.json"))):
    papermill.execute_notebook(notebook, f"out_{number}.ipynb", given, cwd=".", progress_bar=False)
"""
TWENTY = """\
label: Twenty notebooks
grids:
  week_8:
    label: The fourth notebook of each study
    chapters: [03_week_16]
    each: {week: [8]}
chapters: [01_data_and_flow, 02_baseline, 03_week_16]
"""
REPEATS = """\
label: Many runs of one chapter
planned: false
run: many
grids:
  repeats:
    label: The same again and again
    chapters: [90_nothing]
    each: {repeat: [VALUES]}
"""
NOTHING = 'study: str = "demo"\nrun: str = None\nrepeat: int = 0'


@dataclass
class Cost:
    """What a command cost: wall and processor seconds, peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def project(root: Path) -> Path:
    """A project of five studies and the chapters that ship, and one chapter that does nothing."""
    for name in ("plans/batches", "notebooks", "data/raw"):
        (root / name).mkdir(parents=True)
    for path in sorted((HERE / "notebooks").glob("0[1-3]_*.ipynb")):
        shutil.copy(path, root / "notebooks")
    shutil.copytree(HERE / "data" / "raw" / "published", root / "data" / "raw" / "published")
    plan = (HERE / "plans" / "demo.yaml").read_text(encoding="utf-8")
    for seed, name in enumerate(STUDIES, start=9000):
        _simulate(root, name, plan, seed)
    nothing = nbformat.v4.new_notebook()
    nothing.cells = [
        nbformat.v4.new_code_cell(NOTHING, id="given", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("from analysis.result.store import write_results", id="import"),
        nbformat.v4.new_code_cell(
            "import os, pathlib\n"
            'place = pathlib.Path(os.environ["ANALYSIS_RUN_FOLDER"], "chapters")\n'
            'write_results([], place / "90_nothing.parquet")',
            id="save",
        ),
    ]
    nbformat.write(nothing, root / "notebooks" / "90_nothing.ipynb")
    return root


def _simulate(root: Path, name: str, plan: str, seed: int) -> None:
    """Makes the demo study under another name and with another seed."""
    text = re.sub(r"(?m)^(\s*name:) demo$", rf"\1 {name}", plan, count=1)
    path = root / "plans" / f"{name}.yaml"
    path.write_text(re.sub(r"(?m)^seed: \d+$", f"seed: {seed}", text, count=1))
    read = read_plan(path)
    write_simulated(read, root)
    if errors_of(find_problems(read, root)):
        raise SystemExit(f"the data of {name} have errors: nothing could be measured")


def measure(root: Path, *words: str) -> Cost:
    """The cost of a command with all the processes that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started, peak, done = time.monotonic(), [0.0], threading.Event()
    environment = {**os.environ, **ONE_THREAD}
    # Else every kernel would compile the package anew, most of all those of the loop.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(words, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    watch = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watch.start()
    code = process.wait()
    wall = time.monotonic() - started
    done.set()
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        raise SystemExit(f"{' '.join(words)} ended with {code}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, peak[0])


def _watch(pid: int, peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.5):
        total = 0.0
        try:
            family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        except psutil.Error:
            return
        for each in family:
            try:
                total += each.memory_full_info().pss / 1e6
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total)


def batch(root: Path, name: str, *words: str) -> Cost:
    """The cost of `analysis batch`."""
    return measure(root, sys.executable, "-m", "analysis", "batch", name, *words)


def plain_loop(root: Path) -> Cost:
    """The same notebooks by papermill alone, one after the other in one process."""
    layout = lay_out(root / "plans" / "batches" / "twenty.yaml", root)
    given = [
        (f"notebooks/{chapter}.ipynb", {"study": run.study, "run": "loop", **values})
        for run in layout.runs
        for chapter, values in run.chapters.items()
    ]
    (root / "loop.json").write_text(json.dumps(given))
    return measure(root, sys.executable, "-c", LOOP)


def write_repeats(root: Path, name: str, times: int) -> None:
    """A batch of so many runs of the empty chapter for each study."""
    values = ", ".join(str(number) for number in range(times))
    text = REPEATS.replace("VALUES", values).replace("run: many", f"run: {name}")
    (root / "plans" / "batches" / f"{name}.yaml").write_text(text)


def finish_all(root: Path, name: str, like: Path) -> int:
    """Makes every run of a batch a finished one, with the files of a real run; returns how many."""
    layout, inputs = lay_out(root / "plans" / "batches" / f"{name}.yaml", root), Inputs(root)
    for run in layout.runs:
        good, plan = folder.run_folder(root, run.study, run.run), layout.plans[run.study]
        chapters = good / "chapters"
        chapters.mkdir(parents=True)
        wanted = {}
        for chapter, values in run.chapters.items():
            wanted[chapter] = inputs.of_chapter(plan, layout.notebooks[chapter], values)
            for kind in ("ipynb", "parquet"):
                os.link(like / "chapters" / f"03_week_16.{kind}", chapters / f"{chapter}.{kind}")
            finished.note_chapter(good, chapter, wanted[chapter], "2026-01-01T00:00:00+00:00", 1.0)
        for path in like.iterdir():
            if path.is_file() and not path.name.startswith("."):
                os.link(path, good / path.name)
        finished.note_bound(good, inputs.of_report(plan, run.run, wanted))
    return len(layout.runs)


def main() -> None:
    """Measures all and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no loop, no plain kernels")
    quick = parser.parse_args().quick
    rows: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as place:
        root = project(Path(place))
        (root / "plans" / "batches" / "twenty.yaml").write_text(TWENTY)
        two = ("--workers", "2")
        rows["20 notebooks, fork kernel, 2 workers"] = batch(root, "twenty", *two)
        rows["the same again, nothing changed"] = batch(root, "twenty", *two)
        if not quick:
            rows["20 notebooks, loop of papermill"] = plain_loop(root)
            fresh = ("--fresh", "--kernel", "plain", *two)
            rows["20 notebooks, plain kernel, 2 workers"] = batch(root, "twenty", *fresh)
        for name, times in (("few", 2), ("some", 6)):
            write_repeats(root, name, times)
            rows[f"{5 * times} empty notebooks, 1 worker"] = batch(root, name, "--workers", "1")
        took = _per_notebook(root)
        write_repeats(root, "thousand", 200)
        count = finish_all(root, "thousand", root / "reports" / STUDIES[0] / "main")
        rows[f"{count:,} finished runs, nothing changed"] = batch(root, "thousand")
        for path in (root / "reports").rglob("90_nothing.*"):
            os.utime(path)
        rows[f"{count:,} finished runs, every file touched"] = batch(root, "thousand")
        write_repeats(root, "ten_thousand", 2000)
        rows["10,000 planned runs, --dry-run"] = batch(root, "ten_thousand", "--dry-run")
    _print(rows, took)


def _per_notebook(root: Path) -> float:
    """Seconds from the begin to the end of a chapter that does nothing, without the first ones."""
    events, _ = read_events(journal_path(root, "some"))
    took = [each["seconds"] for each in events if each["event"] == "done"]
    return sum(took[5:]) / len(took[5:])


def _print(rows: dict[str, Cost], took: float) -> None:
    print("| what | wall s | processor s | memory MB |\n|---|---|---|---|")
    for name, cost in rows.items():
        print(f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} |")
    print(f"\n- An empty notebook, warm: {took:.2f} s from its begin to its end.")
    few, some = rows["10 empty notebooks, 1 worker"], rows["30 empty notebooks, 1 worker"]
    cpu = (some.cpu - few.cpu) / 20
    print(f"- A further run of one empty notebook, with its report: {cpu:.2f} processor seconds.")
    if "20 notebooks, loop of papermill" in rows:
        loop = rows["20 notebooks, loop of papermill"]
        for kernel in ("fork", "plain"):
            own = rows[f"20 notebooks, {kernel} kernel, 2 workers"]
            print(
                f"- Loop of papermill against {kernel} kernel: {loop.wall / own.wall:.1f} times "
                f"the wall time, {loop.cpu / own.cpu:.1f} times the processor time."
            )


if __name__ == "__main__":
    main()
