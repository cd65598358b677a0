"""Published facts: read with their sources; what contradicts itself or names none is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.problems import DataProblems, errors_of, notes_of
from analysis.data.published import find_published_problems, read_published
from analysis.data.sources import doi_in, with_sources
from tests.house.tree import ROOT

DICTIONARY = """table,column,type,levels,required
effects,row_id,text,,yes
effects,trial_key,text,,yes
effects,estimate,number,,no
effects,ci_low,number,,no
effects,ci_high,number,,no
effects,sd_e,number,,no
effects,n_exercise,integer,,no
effects,scale_max,number,,no
effects,source_url,text,,no
pooled_targets,target_id,text,,yes
pooled_targets,row_ids,text,,yes
"""
GOOD = "one,a,-5,-9,-1,20,30,100,https://x.org/10.1000/xyz1/tables/2"
HEADER = "row_id,trial_key,estimate,ci_low,ci_high,sd_e,n_exercise,scale_max,source_url"


def write(root: Path, *rows: str, targets: str | None = None) -> Path:
    """A folder of published facts with these rows of effects."""
    folder = root / "data" / "raw" / "published"
    folder.mkdir(parents=True)
    (folder / "dictionary.csv").write_text(DICTIONARY)
    (folder / "effects.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (folder / "source.md").write_text("Invented.\n")
    if targets:
        (folder / "pooled_targets.csv").write_text(f"target_id,row_ids\n{targets}\n")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return root


def test_the_facts_that_ship_are_in_order():
    assert find_published_problems(ROOT) == []
    published = read_published(ROOT)
    assert len(published.effects) == published.effects["row_id"].nunique() > 70
    assert published.effects["where"].str.len().gt(10).all()
    assert set(published.hashes) >= {"effects.csv", "dictionary.csv", "source.md"}


def test_a_table_that_the_folder_lacks_has_no_rows(tmp_path):
    published = read_published(write(tmp_path, GOOD))
    assert len(published.effects) == 1
    assert published.risk_of_bias.empty
    assert published.effects.loc[0, "where"] == "doi:10.1000/xyz1"


@pytest.mark.parametrize(
    ("rows", "targets", "column", "rule"),
    [
        ([GOOD, GOOD], None, "row_id", "stands twice"),
        (
            [GOOD.rpartition(",")[0] + ","],
            None,
            "source_url",
            "no source",
        ),
        ([GOOD.replace("-9,-1", "-1,-9")], None, "ci_low", "ends before"),
        ([GOOD.replace("-5", "5")], None, "estimate", "outside its interval"),
        ([GOOD.replace(",20,", ",0,")], None, "sd_e", "deviation of 0"),
        ([GOOD], "t1,one;two", "row_ids", "does not have"),
        ([GOOD.replace("-5", "x")], None, "estimate", "not a number"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, rows, targets, column, rule):
    root = write(tmp_path, *rows, targets=targets)
    found = errors_of(find_published_problems(root))
    assert [(problem.column, rule in problem.rule) for problem in found] == [(column, True)]
    assert found[0].line == (3 if len(rows) > 1 else 2)
    with pytest.raises(DataProblems, match=column):
        read_published(root)


def test_a_deviation_that_looks_like_a_standard_error_is_noted(tmp_path):
    found = find_published_problems(write(tmp_path, GOOD.replace(",20,", ",1.2,")))
    assert [problem.column for problem in notes_of(found)] == ["sd_e"]


def test_a_project_without_facts_says_so(tmp_path):
    with pytest.raises(DataProblems, match="published facts is missing"):
        read_published(tmp_path)


def test_a_doi_is_found_in_an_address():
    assert doi_in("https://x.org/articles/10.1186/s40798-021-00306-w/tables/5") == (
        "10.1186/s40798-021-00306-w"
    )
    assert doi_in("https://x.org/content/52/13/859") is None


def test_the_doi_column_stands_before_the_address():
    table = pd.DataFrame(
        {"doi": ["10.1/a", pd.NA], "source_url": ["x", "y"], "source_table": ["Table 1", pd.NA]}
    ).astype("str")
    assert with_sources(table)["where"].tolist() == ["doi:10.1/a, Table 1", "y"]


def test_what_happens_without_the_treatment_is_kept_with_its_source():
    rows = read_published(ROOT).null_benchmark
    shares = rows[["any_decrease", "no_change", "increase"]].sum(axis=1)
    assert shares.sub(100).abs().max() < 0.25
    without = rows.loc[rows["without_treatment"] == "yes", "any_decrease"]
    assert (len(without), without.min(), without.max()) == (7, 40.0, 80.6)
    assert not rows["where"].str.contains("not stated").any()
