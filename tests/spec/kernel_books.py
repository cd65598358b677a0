"""Chapters that try to leave traces for what comes after them, and one that looks for traces."""

from __future__ import annotations

PARAMETERS = 'study = "tiny"\nrun = "by-hand"\n'

DIRTY = """\
import os, random, sys, warnings
import matplotlib
import numpy
import pandas
sys.path.insert(0, "notebooks")
import left_behind
os.environ["LEFT_BEHIND"] = "1"
os.environ["TZ"] = "Asia/Tokyo"
matplotlib.rcParams["figure.dpi"] = 11
pandas.DataFrame.sum = None
pandas.set_option("display.precision", 1)
numpy.seterr(all="raise")
warnings.simplefilter("error")
random.seed(1)
numpy.random.seed(1)
os.chdir("/")
"""

PROBE = """\
import gc, json, os, signal, sys
loaded = sorted(n for n in sys.modules if n.split(".")[0] == "left_behind")
threads = len(os.listdir("/proc/self/task"))
open_files = len(os.listdir("/proc/self/fd"))
import random, time, warnings
import matplotlib
import numpy
import pandas
# As every chapter does; some of what it loads sets variables of the environment.
import analysis.study
import pandera.pandas
state = {
    "modules": loaded,
    "environment": {k: v for k, v in os.environ.items() if k not in PRIVATE},
    "folder": os.getcwd(),
    "path": sys.path,
    "words": sys.argv[0],
    "rc": {k: str(v) for k, v in matplotlib.rcParams.items()},
    "sum": pandas.DataFrame.sum is None,
    "precision": pandas.get_option("display.precision"),
    "numpy": numpy.geterr(),
    "warnings": [str(f) for f in warnings.filters if f[0] == "error" and f[2] is Warning],
    "zone": time.tzname,
    "hash": hash("pain"),
    "collector": gc.isenabled(),
    "signals": {str(n): str(signal.getsignal(n)) for n in signal.valid_signals()},
}
drawn = [random.random(), float(numpy.random.random())]
with open(OUT, "w") as file:
    json.dump({"state": state, "drawn": drawn, "threads": threads, "files": open_files}, file)
"""

# Sums over many numbers, factorisations and figures: what would differ if the libraries did.
NUMBERS = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import statsmodels.formula.api as smf
draw = np.random.default_rng(7)
people = pd.DataFrame({"x": draw.normal(size=240), "person": np.repeat(range(60), 4)})
people["y"] = 2 * people["x"] + people["person"] % 5 + draw.normal(size=240)
ols = smf.ols("y ~ x", people).fit()
mixed = smf.mixedlm("y ~ x", people, groups="person").fit()
print(ols.params.to_dict(), mixed.params.to_dict(), mixed.bse.to_dict(), mixed.llf)
print([float(v).hex() for v in np.linalg.svd(draw.normal(size=(40, 30)), compute_uv=False)])
figure, axes = plt.subplots()
sns.scatterplot(people, x="x", y="y", hue="person", ax=axes)
plt.show()
people.head()
"""

PRIVATE = {"JPY_PARENT_PID", "JPY_SESSION_NAME", "PYTEST_CURRENT_TEST"}


def probe(out: str) -> str:
    """The looking cell, which writes what it finds to a file of the project."""
    return f"PRIVATE = {PRIVATE!r}\nOUT = {out!r}\n{PROBE}"
