"""Speed and memory of the repeated-measures model, beside statsmodels' MixedLM, in one run.

Run: python benchmarks/mmrm.py [--largest 1000000] [--peer 5000]
Each case runs in its own process with single-threaded BLAS; the table is printed and kept as
benchmarks/mmrm.csv. A whole call is timed: from the data frame (a million people: from a Parquet
file, in chunks) to the coefficient table. The table shows processor time, which other work on the
machine changes less than the wall time that the CSV file holds beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from statsmodels.formula.api import mixedlm

from analysis.stats.crossproducts import sum_by_pattern
from analysis.stats.leaveout import leave_one_out
from analysis.stats.mmrm import mmrm
from analysis.stats.mmrm_chunks import mmrm_chunks
from analysis.stats.mmrm_fit import MMRMFit
from analysis.stats.observations import Observations, read_observations

SIZES = [(27, 2), (240, 6), (1200, 8), (1000, 10), (5000, 8), (50000, 8), (1000000, 8)]
# From here on the data lie in a file that is written and read in pieces of this many people.
IN_CHUNKS, PIECE = 200000, 50000
FORMULA = "y ~ baseline + arm * visit"
ARMS = ["control", "resistance"]
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
FITS = ("satterthwaite", "kenward-roger", "kenward-roger-linear")
PEER, PASS, REFITS, WRITE = "MixedLM", "one pass", "1000 refits", "write"
DEMO = Path(__file__).parents[1] / "validation" / "mmrm" / "trials" / "demo_trial.csv"
HEADER = "people,visits,call,seconds,cpu_seconds,steps,data_mb,peak_mb"


def simulated(people: int, visits: int, piece: int = 0) -> pd.DataFrame:
    """A simulated trial: two arms, correlated visits, a fifth dropping out, some visits missed."""
    rng = np.random.default_rng([people + visits, piece])
    steps = np.arange(visits)
    corr = 0.4 + 0.6 * 0.75 ** np.abs(steps[:, None] - steps)
    np.fill_diagonal(corr, 1.0)
    y = rng.multivariate_normal(np.zeros(visits), 400 * corr, people)
    arm = np.arange(people) % 2
    y -= np.outer(arm, steps)
    last = np.where(rng.random(people) < 0.2, rng.integers(1, visits, people), visits)
    y[(steps >= last[:, None]) | (rng.random((people, visits)) < 0.02)] = np.nan
    who = np.repeat(np.arange(people), visits)
    return pd.DataFrame(
        {
            "who": who + piece * people,
            "arm": pd.Categorical.from_codes(arm[who], ARMS),
            "visit": np.tile(steps, people),
            "baseline": rng.normal(55, 15, people)[who],
            "y": y.reshape(-1),
        }
    )


def write_pieces(path: Path, people: int, visits: int) -> None:
    """The same trial in a Parquet file, never whole in memory."""
    schema = pa.Table.from_pandas(simulated(2, visits), preserve_index=False).schema
    with pq.ParquetWriter(path, schema) as file:
        for piece in range(people // PIECE):
            table = simulated(PIECE, visits, piece)
            file.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False))


def measure(kind: str, people: int, visits: int, file: str) -> str:
    """Best wall and processor time of up to five calls, steps, and the process's memory in MB."""
    prepare, run = calls(kind, people, visits, file)
    before = peak()
    wall, cpu, steps = [], [], ""
    for _ in range(1 if kind == PEER or people >= IN_CHUNKS else 5):
        given = prepare()
        start, start_cpu = time.perf_counter(), time.process_time()
        steps = run(given)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    took = f"{min(wall):.4f},{min(cpu):.4f}"
    return f"{people},{visits},{kind},{took},{steps},{before:.0f},{peak():.0f}"


def calls(
    kind: str, people: int, visits: int, file: str
) -> tuple[Callable[[], object], Callable[..., object]]:
    """What is made ready beforehand, and what is timed (it returns the number of steps)."""
    if kind == REFITS:
        return demo_fit, refits
    if people >= IN_CHUNKS:
        return lambda: file, lambda path: chunked_call(path, kind)
    data = simulated(people, visits)
    if kind == PEER:
        return data.dropna, random_slope
    if kind == PASS:
        return lambda: read_observations(FORMULA, data, subject="who", visit="visit"), one_pass
    return lambda: data, lambda table: whole_call(table, kind)


def whole_call(data: pd.DataFrame, df: str) -> int:
    fit = mmrm(FORMULA, data, subject="who", visit="visit", df=df)
    len(fit.coefficients)
    return fit.iterations


def chunked_call(path: str, df: str) -> int:
    given = {"subject": "who", "visit": "visit", "levels": {"arm": ARMS}}
    fit = mmrm_chunks(FORMULA, path, df=df, **given)
    len(fit.coefficients)
    return fit.iterations


def one_pass(observations: Observations) -> str:
    sum_by_pattern(observations.design.with_outcome(), observations.arrangement)
    return ""


def demo_fit() -> MMRMFit:
    data = pd.read_csv(DEMO)
    for name in ("arm", "sex", "site"):
        data[name] = pd.Categorical(data[name], categories=data[name].unique())
    formula = "change ~ baseline + age + sex + site + arm * week"
    return mmrm(formula, data, subject="participant_id", visit="week")


def refits(fit: MMRMFit) -> str:
    """A thousand refits without one participant: every participant, as often as needed."""
    left = 1000
    while left > 0:
        made = leave_one_out(fit.observations, fit.problem, fit.optimum)
        left -= len(made.beta)
    return ""


def random_slope(data: pd.DataFrame) -> str:
    formula = FORMULA.replace("visit", "C(visit)")
    mixedlm(formula, data, groups="who", re_formula="~visit").fit()
    return ""


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(kind: str, people: int, visits: int, file: str) -> str:
    one = [sys.executable, __file__, "--one", kind, str(people), str(visits), file]
    done = subprocess.run(
        one, capture_output=True, text=True, check=False, env={**os.environ, **ONE_THREAD}
    )
    if done.returncode:
        raise SystemExit(f"{kind}, {people} x {visits}: {done.stderr}")
    return done.stdout.strip().splitlines()[-1]


def cases(largest: int, peer: int) -> list[tuple[str, int, int]]:
    found = [(REFITS, 240, 6)]
    for people, visits in SIZES:
        if people <= largest:
            found += [(kind, people, visits) for kind in FITS]
        if people <= min(largest, IN_CHUNKS):
            found.append((PASS, people, visits))
        if people <= min(largest, peer):
            found.append((PEER, people, visits))
    return found


def as_table(lines: list[str]) -> str:
    rows = [line.split(",") for line in lines]
    table = pd.DataFrame(rows[1:], columns=rows[0])
    number = ["people", "visits", "seconds", "cpu_seconds", "data_mb", "peak_mb"]
    table[number] = table[number].apply(pd.to_numeric)
    table["memory_mb"] = table["peak_mb"] - table["data_mb"]
    wide = table.pivot(index=["people", "visits"], columns="call", values="cpu_seconds")
    ours = table[table["call"].isin(FITS)].groupby(["people", "visits"])
    wide["steps"], wide["memory, MB"] = ours["steps"].first(), ours["memory_mb"].max()
    return wide[[*FITS, PASS, PEER, REFITS, "steps", "memory, MB"]].to_string(na_rep="-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=1000000, help="largest number of people")
    parser.add_argument("--peer", type=int, default=5000, help="largest for MixedLM")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        kind, people, visits, file = asked.one
        if kind == WRITE:
            write_pieces(Path(file), int(people), int(visits))
            print(file)
            return
        print(measure(kind, int(people), int(visits), file))
        return
    lines = [HEADER]
    with tempfile.TemporaryDirectory() as folder:
        for kind, people, visits in cases(asked.largest, asked.peer):
            file = Path(folder) / f"{people}.parquet"
            if people >= IN_CHUNKS and not file.exists():
                # In a process of its own: the peak of a parent would count as its child's.
                in_own_process(WRITE, people, visits, str(file))
            lines.append(in_own_process(kind, people, visits, str(file)))
            print(lines[-1], flush=True)
    Path(__file__).with_suffix(".csv").write_text("\n".join(lines) + "\n")
    print(f"\nprocessor seconds, BLAS on one thread\n{as_table(lines)}")


if __name__ == "__main__":
    main()
