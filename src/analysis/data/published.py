"""Study-level facts from the literature: read, checked, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pandas as pd

from analysis.data.checks.published import check_published
from analysis.data.checks.schema import check_table
from analysis.data.dictionary import FIELDS, NAME, Key, read_dictionary
from analysis.data.files.formats import read_cells, table_files
from analysis.data.files.integrity import check_integrity, hashes_of, read_folder
from analysis.data.problems import DataProblems, Problem, errors_of
from analysis.data.sources import with_sources
from analysis.data.tables import read_tables

STUDY = "published"
REQUIRED = ("effects",)
TABLES = (
    *REQUIRED,
    "programmes",
    "study_arms",
    "study_contrasts",
    "reviews",
    "pooled_targets",
    "null_benchmark",
    "shares",
    "risk_of_bias",
    "review_flow",
)


@dataclass(frozen=True)
class Published:
    """The facts of ``data/raw/published``; a table that the folder lacks has no rows.

    Each table has the columns of its dictionary, and ``where``: the DOI of the text that prints the
    figure (else its address) and the place in it.

    Attributes:
        effects: a row an effect: ``row_id``, ``trial_key``, ``study``, the programme's length and
            frequency, ``estimate`` with ``ci_low`` and ``ci_high`` in the unit of
            ``effect_measure`` (exercise minus comparator, negative is less pain), ``n_exercise``,
            ``n_control``, ``quality_flag``, ``usable_between_arm``.
        programmes: a row an arm: ``programme_weeks``, ``sessions_per_week``, kind.
        study_arms, study_contrasts: means and differences as printed.
        reviews: a row a pooled result of a systematic review; ``key`` tells it apart.
        pooled_targets: a row a pooled result that named rows of `effects` must give again.
        null_benchmark: a row an arm of a trial: how many decreased without the treatment.
        shares: a row an arm and time: bounds of the share with a decrease, where a text prints no
            count: ``share_low``, ``share_high``, ``n``, ``scope``.
        risk_of_bias: a row a trial and domain of RoB 2: ``trial_key``, ``domain``, ``judgement``.
        review_flow: a row a step of a review's PRISMA 2020 flow: ``step``, ``reason``, ``n``.
        hashes: SHA-256 of every file by its name.
    """

    effects: pd.DataFrame
    programmes: pd.DataFrame
    study_arms: pd.DataFrame
    study_contrasts: pd.DataFrame
    reviews: pd.DataFrame
    pooled_targets: pd.DataFrame
    null_benchmark: pd.DataFrame
    shares: pd.DataFrame
    risk_of_bias: pd.DataFrame
    review_flow: pd.DataFrame
    hashes: dict[str, str]

    @property
    def study_words(self) -> dict[str, str]:
        """What readers call an effect, a trial, a result of a review and a share, by its key."""
        used = self.effects[self.effects["usable_between_arm"].eq("yes")]
        several = used["study"].duplicated(keep=False)
        named = used["study"] + ", " + used["arm_exercise"] + " against " + used["comparator"]
        words = self.effects["study"].copy()
        words[several[several].index] = named[several]
        reviews = self.reviews["outcome"] + ", " + self.reviews["effect_measure"]
        trials = {
            str(key): _shared_start(list(names)) or str(key)
            for key, names in self.effects.groupby("trial_key")["study"]
        }
        return (
            trials
            | dict(zip(self.effects["row_id"], words, strict=True))
            | dict(zip(self.reviews["key"], reviews, strict=True))
            | {
                str(line.row_id): f"{line.arm}, week {line.week:g}"
                for line in self.shares.itertuples()
            }
        )


def _shared_start(names: list[str]) -> str:
    """The words that all names begin with: `Jackson 2011` of its two groups."""
    words = zip(*(name.split() for name in names), strict=False)
    return " ".join(one[0] for one in takewhile(lambda each: len(set(each)) == 1, words))


def read_published(root: Path) -> Published:
    """The published facts of a project.

    Args:
        root: the project's folder; ``data/raw/published`` is read.

    Raises:
        DataProblems: anything is wrong with them; all problems at once.
        DataError: the folder or a file may not be read.
    """
    published, problems = _examine(root / "data" / "raw" / STUDY)
    if published is None:
        raise DataProblems(problems, STUDY)
    return published


def find_published_problems(root: Path) -> list[Problem]:
    """All problems of the published facts; none where they are in order."""
    return _examine(root / "data" / "raw" / STUDY)[1]


def _examine(folder: Path) -> tuple[Published | None, list[Problem]]:
    if not folder.is_dir():
        do = "put the published tables into this folder, or ask no question about them in the plan"
        rule = "the folder of the published facts is missing"
        return None, [Problem(f"data/raw/{STUDY}", None, "", rule, do)]
    files = read_folder(folder)
    hashes = hashes_of(files)
    chosen, problems = table_files(files, TABLES, REQUIRED)
    problems += check_integrity(files, hashes)
    columns, found = _columns(files, chosen)
    # Every table may be lacking: one that a folder must have was missed when files were chosen.
    tables, more = read_tables(files, chosen, columns, TABLES, required=())
    problems += found + more
    if errors_of(problems):
        return None, problems
    for table in tables.values():
        problems += check_table(table, columns)
    problems += check_published(tables)
    if errors_of(problems):
        return None, problems
    frames = {name: with_sources(table.data) for name, table in tables.items()}
    frames["reviews"] = _with_keys(frames["reviews"])
    return Published(**frames, hashes=hashes), problems


def _with_keys(reviews: pd.DataFrame) -> pd.DataFrame:
    """A key for each result of a review, from its words, so that it stays when rows are added."""
    if "review_id" not in reviews:
        return reviews.assign(key=pd.Series(dtype="str"), outcome="", effect_measure="")
    outcome, comparison = (
        reviews[name].str.lower().str.replace(r"[^a-z0-9]+", "_", regex=True).str.strip("_")
        for name in ("outcome", "comparison")
    )
    key = reviews["review_id"] + ":" + outcome
    twice = key.duplicated(keep=False)
    return reviews.assign(key=key.mask(twice, key + "_" + comparison))


def _columns(files: dict[str, bytes], chosen: dict[str, str]) -> tuple[dict[Key, object], list]:
    """All columns are the dictionary's: no table of the literature is like another."""
    table, problems = None, []
    if NAME in chosen:
        table, problems = read_cells(NAME, chosen[NAME], files[chosen[NAME]], FIELDS)
    columns, found = read_dictionary(table, {}, TABLES)
    return columns, problems + found
