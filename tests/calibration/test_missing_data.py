"""What is said of `mar` and `j2r` where the truth is known: held to the kept simulation."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from .missing_data import (
    AN_ARM,
    CONTROL,
    KEPT,
    MEAN,
    MECHANISMS,
    METHODS,
    N_TRIALS,
    PROGRAMME,
    SHARE,
    STRATEGIES,
    main,
    people,
    trial,
)

KEYS = ["mechanism", "quantity", "strategy", "method"]
STAYS, JUMPS = MECHANISMS[:2], MECHANISMS[2:]


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(KEPT).set_index(KEYS)


def right(strategy: str) -> tuple:
    """The mechanisms under which an assumption is the truth."""
    return STAYS if strategy == "mar" else JUMPS


def test_the_kept_table_is_whole(kept):
    means = {(m.name, MEAN, s, k) for m in MECHANISMS for s in STRATEGIES for k in METHODS}
    shares = {(m.name, SHARE, s, "bootstrap") for m in MECHANISMS for s in STRATEGIES}
    assert set(kept.index) == means | shares
    assert (kept["trials"] + kept["refused"] == N_TRIALS).all()
    assert (kept["refused"] == 0).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_there_is_no_bias_where_the_assumption_holds_and_bias_where_not(kept, strategy):
    for mechanism in MECHANISMS:
        rows = kept.loc[mechanism.name].xs(strategy, level="strategy")
        errors = rows["bias"].abs() / rows["bias_monte_carlo_error"]
        if mechanism in right(strategy):
            assert (errors < 3).all()
        else:
            assert (errors > 10).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("method", ["condmean-jackknife", "condmean-bootstrap"])
def test_jackknife_and_bootstrap_cover_where_the_assumption_holds(kept, strategy, method):
    for mechanism in right(strategy):
        row = kept.loc[(mechanism.name, MEAN, strategy, method)]
        assert abs(row["coverage"] - 0.95) < 3 * np.sqrt(0.95 * 0.05 / row["trials"])


def test_rubins_rules_cover_under_mar_and_are_conservative_under_j2r(kept):
    for mechanism in STAYS:
        row = kept.loc[(mechanism.name, MEAN, "mar", "bootstrap")]
        assert abs(row["coverage"] - 0.95) < 3 * np.sqrt(0.95 * 0.05 / row["trials"])
    row = kept.loc[(JUMPS[0].name, MEAN, "j2r", "bootstrap")]
    assert row["coverage"] > 0.98
    assert row["se_ratio"] > 1.3
    beside = kept.loc[(JUMPS[0].name, MEAN, "j2r", "condmean-jackknife")]
    assert abs(beside["se_ratio"] - 1) < 3 / np.sqrt(2 * N_TRIALS)


def test_responders_are_never_covered_too_rarely_where_the_assumption_holds(kept):
    for strategy in STRATEGIES:
        for mechanism in right(strategy):
            row = kept.loc[(mechanism.name, SHARE, strategy, "bootstrap")]
            assert row["coverage"] > 0.95


def test_the_simulated_people_are_what_they_claim():
    for mechanism in MECHANISMS:
        arm, _, change, seen = people(mechanism, 20_000, np.random.default_rng(5))
        control = change[arm == 0].mean(axis=0)
        assert control == pytest.approx(CONTROL, abs=0.5)
        first = change[arm == 1, 0].mean()
        assert first == pytest.approx(PROGRAMME[0], abs=0.5)
        assert seen[:, 0].all()
        assert 0.2 < 1 - seen[:, 2].mean() < 0.45
        gone = change[(arm == 1) & ~seen[:, 2], 2].mean()
        stayed = change[(arm == 1) & seen[:, 2], 2].mean()
        assert (gone > stayed + 4) == (mechanism.slope > 0)


def test_one_trial_gives_every_estimate():
    rows = trial(MECHANISMS[2], 0)
    assert len(rows) == len(STRATEGIES) * (len(METHODS) + 1)
    assert all(row[5] < row[3] < row[6] for row in rows)
    assert AN_ARM == 80


def test_the_readme_tells_the_kept_numbers(kept):
    text = (KEPT.parent / "README.md").read_text("utf-8").split("# Missing data")[1]
    told = re.findall(r"^\| ([^|:]+): (mar|j2r) \|((?: -?[\d.]+ \|)+)$", text, re.MULTILINE)
    assert len(told) == 12
    for mechanism, strategy, cells in told:
        numbers = [float(cell) for cell in cells.split("|")[:-1]]
        quantity = MEAN if len(numbers) == 7 else SHARE
        rows = kept.loc[(mechanism, quantity, strategy)]
        methods = list(METHODS) if quantity == MEAN else ["bootstrap"]
        ratios = methods[:2]
        expected = [
            rows.loc["bootstrap", "truth"],
            rows.loc["bootstrap", "bias"],
            *(100 * rows.loc[method, "coverage"] for method in methods),
            *(rows.loc[method, "se_ratio"] for method in ratios),
        ]
        widths = [0.0501, 0.0501, *([0.0501] * len(methods)), *([0.00501] * len(ratios))]
        assert all(abs(a - b) <= w for a, b, w in zip(numbers, expected, widths, strict=True)), (
            mechanism,
            strategy,
            quantity,
            numbers,
            expected,
        )


@pytest.mark.slow
def test_the_whole_simulation_again(tmp_path, kept):
    made = main(kept=tmp_path / "missing_data.csv").set_index(KEYS)
    pd.testing.assert_series_equal(made["coverage"], kept["coverage"], atol=0.006)
    pd.testing.assert_series_equal(made["bias"], kept["bias"], atol=0.02)
