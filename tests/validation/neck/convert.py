"""The published data set of the neck-pain trial, turned into a study folder as received.

The file is kept beside the checkout and nothing of it enters the project: values are read when a
test runs, and are written to the test's own folder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

ARMS = {1: "laser", 2: "sham"}
WEEKS = {1: 0, 2: 7, 3: 12}
SOURCE = """\
# The trial as published: Chow et al. 2006

Data set of the R package ordinalCont. Made into this folder by a test; not to be kept.
"""


def write_neck_study(data: Path, folder: Path) -> Path:
    """Write participants, visits, source and checksums of the trial; scores on 0 to 10.

    Args:
        data: the data set as published, a row a person and visit.
        folder: ``data/raw/<study>`` of a test's project.
    """
    rows = pd.read_csv(data).rename(columns={"id": "participant"})
    people = rows.drop_duplicates("participant")
    people = people.assign(arm=people["laser"].map(ARMS))[["participant", "arm"]]
    visits = rows.dropna(subset="vas")
    visits = visits.assign(
        week=visits["time"].map(WEEKS), measure="neck_pain", value=10 * visits["vas"]
    )
    folder.mkdir(parents=True)
    for name, table in (
        ("participants", people),
        ("visits", visits[["participant", "week", "measure", "value"]]),
    ):
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "source.md").write_text(SOURCE, encoding="utf-8")
    names = sorted(path.name for path in folder.iterdir())
    sums = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder
