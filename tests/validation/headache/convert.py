"""The published data set of the headache trial, turned into a study folder as it would be received.

The file is kept beside the checkout and nothing of it enters the project: values are read when a
test runs, and are written to the test's own folder.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

ARMS = {1: "usual_care", 2: "acupuncture"}
WEEKS = {3: 13, 12: 52}
# The data set tells why people withdrew and not when: it is entered on the day of the first visit
# that has no score and is followed by none.
DAY_OF_WITHDRAWAL = {month: 7 * week for month, week in WEEKS.items()}
DICTIONARY = """\
table,column,label,type,unit,minimum,maximum,levels,required,description
participants,age,Age,integer,years,18,75,,yes,at randomisation
participants,sex,Sex,category,,,,0|1,yes,as coded in the data set
participants,migraine,Migraine,category,,,,0|1,yes,as coded in the data set
participants,chronicity,Chronicity,number,years,0,,,yes,years with headache
participants,practice,Practice,text,,,,,yes,general practice
"""
SOURCE = """\
# The trial as published: Vickers et al. 2004

Data set released with Vickers 2006, Trials 7:15. Made into this folder by a test; not to be kept.
"""


def write_headache_study(data: Path, folder: Path) -> Path:
    """Write participants, visits, events, dictionary, source and checksums of the trial.

    Args:
        data: the data set as published, a row a person and follow-up visit (month 3 or 12).
        folder: ``data/raw/<study>`` of a test's project.
    """
    rows = pd.read_csv(data)
    tables = {
        "participants": _participants(rows),
        "visits": _visits(rows),
        "events": _withdrawals(rows),
    }
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
    (folder / "source.md").write_text(SOURCE, encoding="utf-8")
    names = sorted(path.name for path in folder.iterdir())
    sums = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


def _participants(rows: pd.DataFrame) -> pd.DataFrame:
    people = rows.drop_duplicates("id")
    named = people.rename(columns={"id": "participant", "practice_id": "practice"})
    named = named.assign(arm=people["treat"].map(ARMS))
    return named[["participant", "arm", "age", "sex", "migraine", "chronicity", "practice"]]


def _visits(rows: pd.DataFrame) -> pd.DataFrame:
    start = rows.drop_duplicates("id")[["id", "head_base"]]
    start = start.rename(columns={"head_base": "value"}).assign(week=0)
    later = rows.dropna(subset="head")[["id", "time", "head"]].rename(columns={"head": "value"})
    later["week"] = later.pop("time").map(WEEKS)
    visits = pd.concat([start, later]).rename(columns={"id": "participant"})
    visits["measure"] = "headache_score"
    ordered = visits.sort_values(["participant", "week"], kind="stable")
    return ordered[["participant", "week", "measure", "value"]]


def _withdrawals(rows: pd.DataFrame) -> pd.DataFrame:
    """One event a person who withdrew and whose last score is missing, with the reason given."""
    wide = rows.pivot(index="id", columns="time", values="head")
    reason = rows.drop_duplicates("id").set_index("id")["withdrawal_reason"]
    left = wide[12].isna() & reason.notna()
    day = wide[3].isna().map({True: DAY_OF_WITHDRAWAL[3], False: DAY_OF_WITHDRAWAL[12]})
    events = pd.DataFrame({"day": day[left], "event": "withdrew", "reason": reason[left]})
    return events.rename_axis("participant").reset_index()
