"""Hand-made rows of the flow and the baseline for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import parse, row

FLOW = """
statistic level                              arm          value
count     assessed                           .            312
count     excluded                           .            72
count     excluded:_pain_too_low             .            41
count     excluded:_red_flags                .            9
count     excluded:_declined                 .            22
count     randomised                         .            240
count     randomised                         usual_care   80
count     randomised                         bands        80
count     randomised                         free_weights 80
count     started_programme                  bands        76
count     started_programme                  free_weights 78
count     did_not_start_programme            bands        4
count     did_not_start_programme            free_weights 2
count     stopped_programme                  bands        9
count     stopped_programme:_pain_got_worse  bands        5
count     stopped_programme:_no_time         bands        4
count     stopped_programme                  free_weights 11
count     stopped_programme:_pain_got_worse  free_weights 6
count     stopped_programme:_moved_away_from_the_region free_weights 5
count     withdrew                           usual_care   21
count     withdrew:_no_reason_given          usual_care   14
count     withdrew:_wanted_other_treatment   usual_care   7
count     withdrew                           bands        14
count     withdrew:_no_reason_given          bands        14
count     withdrew                           free_weights 16
count     withdrew:_no_reason_given          free_weights 10
count     withdrew:_illness_in_the_family    free_weights 6
count     lost_to_follow-up                  usual_care   24
count     lost_to_follow-up:_no_reason_given usual_care   17
count     lost_to_follow-up:_wanted_other_treatment usual_care 7
count     lost_to_follow-up                  bands        17
count     lost_to_follow-up:_no_reason_given bands        17
count     lost_to_follow-up                  free_weights 18
count     lost_to_follow-up:_no_reason_given free_weights 12
count     lost_to_follow-up:_illness_in_the_family free_weights 6
count     completed                          usual_care   56
count     completed                          bands        63
count     completed                          free_weights 62
count     in_the_population:_all_randomised  usual_care   80
count     in_the_population:_all_randomised  bands        80
count     in_the_population:_all_randomised  free_weights 80
count     in_the_population:_per_protocol    usual_care   80
count     in_the_population:_per_protocol    bands        55
count     in_the_population:_per_protocol    free_weights 61
count     not_analysed                       usual_care   3
count     not_analysed:_no_score_after_baseline usual_care 3
count     analysed                           usual_care   77
count     analysed                           bands        80
count     analysed                           free_weights 80
"""

BASELINE = """
statistic      measure  level  arm          value n  n_observed
mean           age      .      usual_care   46.25 80 80
sd             age      .      usual_care   12.1  80 80
median         age      .      usual_care   46    80 80
lower_quartile age      .      usual_care   37    80 80
upper_quartile age      .      usual_care   55    80 80
minimum        age      .      usual_care   19    80 80
maximum        age      .      usual_care   74    80 80
missing        age      .      usual_care   0     80 80
mean           age      .      bands        45.1  80 79
sd             age      .      bands        11.6  80 79
missing        age      .      bands        1     80 79
count          sex      female usual_care   44    80 80
percent        sex      female usual_care   55    80 80
count          sex      male   usual_care   36    80 80
percent        sex      male   usual_care   45    80 80
missing        sex      .      usual_care   0     80 80
count          sex      female bands        41    80 80
percent        sex      female bands        51.25 80 80
count          sex      male   bands        39    80 80
percent        sex      male   bands        48.75 80 80
missing        sex      .      bands        0     80 80
mean           pain_vas .      usual_care   54.34 80 80
sd             pain_vas .      usual_care   15.2  80 80
mean           pain_vas .      bands        53.9  80 80
sd             pain_vas .      bands        14.8  80 80
"""


def flow_rows() -> list[Result]:
    """The flow of a three-arm trial."""
    return parse(FLOW, question="flow", measure=None, estimand=None)


def seen_rows(week: int = 16, measure: str = "pain_vas") -> list[Result]:
    """How many had a score at a week, by arm, as the flow counts it."""
    seen = {"usual_care": 64, "bands": 72, "free_weights": 71}
    place = {"question": "flow", "estimand": None, "level": "observed"}
    return [
        row("count", n, arm=arm, week=week, measure=measure, **place) for arm, n in seen.items()
    ]


def baseline_rows() -> list[Result]:
    """The baseline of two arms."""
    return parse(BASELINE, question="baseline", estimand=None)
