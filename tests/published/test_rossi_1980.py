"""Arrest after release from prison: Rossi, Berk & Lenihan 1980; data ship with lifelines.

Coefficients and errors as printed by Fox & Weisberg, Cox Proportional-Hazards Regression (online
appendix to An R Companion to Applied Regression), section 3.2, An Illustration: Recidivism, the
summary of `mod.allison`: fin -0.379, age -0.057, race 0.314, wexp -0.150, mar -0.434, paro -0.085,
prio 0.091, by R's survival with Efron's ties.
"""

from __future__ import annotations

import pytest
from lifelines.datasets import load_rossi

from analysis.errors import ModelError, UsageError
from analysis.stats.survival import cox, kaplan_meier

PRINTED = {
    "fin": (-0.379, 0.191),
    "age": (-0.057, 0.022),
    "race": (0.314, 0.308),
    "wexp": (-0.150, 0.212),
    "mar": (-0.434, 0.382),
    "paro": (-0.085, 0.196),
    "prio": (0.091, 0.029),
}


@pytest.fixture(scope="module")
def fit():
    return cox(load_rossi(), time="week", event="arrest")


@pytest.mark.parametrize("name", PRINTED)
def test_coefficients_and_errors_to_the_printed_digits(fit, name):
    coefficient, se = PRINTED[name]
    assert fit.loc[name, "coefficient"] == pytest.approx(coefficient, abs=0.0006)
    assert fit.loc[name, "se"] == pytest.approx(se, abs=0.0006)


def test_the_change_of_the_ratio_of_age_over_time_is_seen(fit):
    """The appendix finds that the effect of age is not proportional."""
    assert fit.loc["age", "proportional_p"] < 0.05 < fit.loc["fin", "proportional_p"]


def test_no_event_and_no_people_are_refused():
    rossi = load_rossi()
    with pytest.raises(ModelError, match="cannot be compared"):
        cox(rossi.assign(arrest=0), time="week", event="arrest")
    with pytest.raises(UsageError, match="at least one person"):
        kaplan_meier([], [], [1.0])
    with pytest.raises(UsageError, match="times above 0"):
        kaplan_meier([0.0, 3.0], [1, 0], [1.0])
