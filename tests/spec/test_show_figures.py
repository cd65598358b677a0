"""Figures: what is drawn stands where the rows say, and words tell the same."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import matplotlib
import pytest
from matplotlib import pyplot
from matplotlib.image import imread
from matplotlib.text import Text

from analysis.errors import ClaimError
from analysis.show.descriptions import DESCRIPTIONS, data_table
from analysis.show.figures import FIGURES, png
from tests.spec.show_book import PUBLISHED_FIGURES, book_rows, sample
from tests.spec.show_rows import WEEKS, effect, frame, labels, level, row, threshold

ALL = frame(*book_rows())


def drawn(name: str, rows=None, words=None):
    """A figure with its layout done."""
    rows = sample(name) if rows is None else rows
    figure = FIGURES[name](rows, words or labels())
    figure.draw_without_rendering()
    return figure


def texts(figure) -> list[str]:
    """All words that can be seen."""
    return [t.get_text() for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def by_gid(figure, gid: str):
    """The one artist with this name."""
    (found,) = figure.findobj(lambda artist: artist.get_gid() == gid)
    return found


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in PUBLISHED_FIGURES])
@pytest.mark.parametrize("made", ["simulated", "pseudo_participants"])
def test_a_figure_says_that_nobody_real_is_in_it(name, made):
    words = labels(**{made: True})
    # Where published trials stand beside the study's own rows, the stamp stands at these.
    wanted = {"among": f"This trial ({words.stamp.lower()})"}
    wanted["majority"] = f"{words.stamp} (not the grey band)"
    assert wanted.get(name, words.stamp) in texts(drawn(name, words=words))
    told = DESCRIPTIONS[name](sample(name), words)
    assert wanted["among"] in told if name == "among" else told.endswith(f"{words.stamp}.")
    assert words.stamp not in "".join(texts(drawn(name)))


@pytest.mark.parametrize("name", [*PUBLISHED_FIGURES, "among"])
@pytest.mark.parametrize("made", ["simulated", "pseudo_participants"])
def test_real_people_of_published_trials_are_not_called_simulated(name, made):
    words = labels(**{made: True})
    assert words.stamp not in texts(drawn(name, words=words))
    if name in PUBLISHED_FIGURES:
        assert DESCRIPTIONS[name](sample(name), words) == DESCRIPTIONS[name](sample(name), labels())
    data = data_table(name, sample(name), words).as_raw_html()
    assert data == data_table(name, sample(name), labels()).as_raw_html()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_each_time(name):
    assert png(drawn(name)) == png(drawn(name))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_leaves_no_trace(name):
    before = dict(matplotlib.rcParams)
    drawn(name)
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", FIGURES)
def test_text_can_be_read_at_700_pixels(name):
    figure = drawn(name)
    assert figure.get_figwidth() == 7.0
    sizes = [
        t.get_fontsize() for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()
    ]
    assert min(sizes) >= 9


def seen(figure) -> list[tuple[str, object]]:
    """All words with their boxes; ticks beyond the end of an axis are not drawn."""
    axes = [axis for each in figure.axes for axis in (each.xaxis, each.yaxis)]
    outside = [
        tick.label1
        for axis in axes
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    return [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in outside
    ]


LONG = {
    "usual_care": "Usual care by the general practitioner",
    "bands": "Resistance bands at home with telephone coaching",
    "free_weights": "Free weights in small supervised groups",
}


@pytest.mark.parametrize("arms", [labels().arms, LONG], ids=["short", "long"])
@pytest.mark.parametrize("name", FIGURES)
def test_no_words_overlap_or_run_out_of_the_figure(name, arms):
    figure = drawn(name, words=replace(labels(simulated=True), arms=arms))
    boxes = seen(figure)
    for (one, a), (other, b) in combinations(boxes, 2):
        width = min(a.x1, b.x1) - max(a.x0, b.x0)
        height = min(a.y1, b.y1) - max(a.y0, b.y0)
        # Descenders of one line may reach the next; letters may not.
        assert not (width > 1 and height > 5), (one, other)
    for words, box in boxes:
        assert min(box.x0, box.y0) >= -1, words
        assert box.x1 <= figure.bbox.x1 + 1, words
        assert box.y1 <= figure.bbox.y1 + 1, words


def test_the_flow_diagram_holds_every_count_in_its_box():
    figure = drawn("flow")
    told = [t.replace("\N{NO-BREAK SPACE}", " ") for t in texts(figure)]
    for words in [
        "Assessed: 312",
        "Excluded: 72",
        "  – red flags: 9",
        "Lost to follow-up: 24",
        "  – no reason given: 17",
        "Free weights",
    ]:
        assert words in told
    assert not [words for words in told if words.startswith("Withdrew")]
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches if patch.get_width]
    for text in figure.axes[0].texts:
        if not text.get_text().strip():
            continue
        own = text.get_window_extent()
        assert any(
            box.x0 <= own.x0 and own.x1 <= box.x1 and box.y0 - 2 <= own.y0 and own.y1 <= box.y1 + 2
            for box in boxes
        ), text.get_text()


def test_the_course_is_drawn_where_the_rows_say():
    figure = drawn("course")
    line = by_gid(figure, "arm-bands")
    assert list(line.get_ydata()) == [0, -6.2, -11.4, -14, -15.9, -15.2, -14, -12.1]
    assert line.get_xdata() == pytest.approx([0, *WEEKS], abs=1)
    assert list(by_gid(figure, "programme-end").get_xdata()) == [16, 16]
    assert any("lower is better" in words for words in texts(figure))
    assert {"0", "4", "8", "12", "16", "26", "52", "104"} <= set(texts(figure))


def test_arms_differ_without_colour():
    figure = drawn("missing")
    lines = [by_gid(figure, f"arm-{arm}") for arm in labels().arms]
    assert len({line.get_marker() for line in lines}) == 3
    assert len({line.get_linestyle() + str(line._dash_pattern) for line in lines}) == 3


def test_the_observed_course_starts_at_baseline():
    line = by_gid(drawn("observed"), "arm-usual_care")
    assert line.get_xdata()[0] == 0
    assert line.get_ydata()[0] == 54.3


def test_differences_stand_beside_the_size_that_matters():
    figure = drawn("differences")
    name = "primary.difference.pain_vas.week16.bands"
    interval = by_gid(figure, f"interval-{name}")
    assert list(interval.get_xdata()) == pytest.approx([-15.35, -2.45])
    assert list(by_gid(figure, f"point-{name}").get_xdata()) == pytest.approx([-8.9])
    assert by_gid(figure, f"point-{name}.ancova").get_markerfacecolor() == "white"
    (size,) = figure.findobj(lambda a: str(a.get_gid()).startswith("threshold-"))
    assert list(size.get_xdata()) == [-10.9, -10.9]
    assert list(by_gid(figure, "no-difference").get_xdata()) == [0, 0]
    assert "−8.9 (−15.4 to −2.5)" in texts(figure)
    assert "smallest worthwhile effect: 10.9 mm" in texts(figure)


def sides(*rows, words=None) -> tuple[str, str]:
    """The words left and right of no difference."""
    told = texts(drawn("differences", frame(*rows), words))
    (left,) = [t for t in told if t.startswith("←")]
    (right,) = [t for t in told if t.endswith("→")]
    return left, right


def test_the_better_side_follows_the_direction_of_the_measure():
    pain = [effect("bands", -9, -15, -3), level(), threshold()]
    assert sides(*pain) == ("← favours resistance bands", "favours usual care →")
    balance = [effect("bands", 3, 1, 5, measure="balance")]
    assert sides(*balance) == ("← favours usual care", "favours resistance bands →")
    change = [row("change", -3, week=16, arm="barbell", lower=-4, upper=-2)]
    assert sides(*change, words=labels(1)) == ("← improved", "got worse →")


@pytest.mark.parametrize("name", ["course", "differences"])
def test_a_departure_from_the_plan_is_stamped(name):
    rows = [
        effect("bands", -9, -15, -3),
        row("ls_mean", -9, week=16, arm="bands", lower=-12, upper=-6),
    ]
    rows += [level(), threshold()]
    departs = frame(*(replace(each, planned=False) for each in rows))
    assert "Not as planned" in texts(drawn(name, departs))
    assert "Not as planned" not in texts(drawn(name, frame(*rows)))


def test_a_picture_is_seven_hundred_pixels_or_more():
    assert imread(io.BytesIO(png(FIGURES["course"](ALL, labels())))).shape[1] >= 700


def test_every_figure_has_words_and_data():
    assert set(DESCRIPTIONS) == set(FIGURES)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("flow", "Excluded: 72 (pain too low 41, red flags 9, declined 22)."),
        ("course", "Week 16: usual care −7.0 (−11.3 to −2.7), resistance bands −15.9"),
        ("observed", "Baseline: usual care 54.3, resistance bands 54.3 and free weights 54.3."),
        ("differences", "Free weights minus usual care at week 16: −14.4 (−20.9 to −8.0)."),
        ("differences", "A dashed line marks the smallest worthwhile effect, 10.9 mm."),
        ("missing", "Week 104: usual care 35 %, resistance bands 34 % and free weights 36 %."),
    ],
)
def test_alt_text_holds_the_main_numbers(name, words):
    told = DESCRIPTIONS[name](sample(name), labels(simulated=True))
    assert words in told
    assert told.endswith("Simulated data.")
    assert "<" not in told


def test_alt_text_says_what_departs_from_the_plan():
    rows = frame(replace(effect("bands", -9, -15, -3), planned=False), level(), threshold())
    assert "Not as planned." in DESCRIPTIONS["differences"](rows, labels())


@pytest.mark.parametrize("name", FIGURES)
def test_the_data_of_a_figure_are_a_table_with_an_id_of_its_own(name):
    html = data_table(name, sample(name), labels()).as_raw_html()
    assert html.startswith('<div id="table-')
    assert html.split('"')[1].endswith("-data")


def test_no_data_without_a_figure():
    with pytest.raises(ClaimError, match="no figure 'pie'"):
        data_table("pie", ALL, labels())


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_rows_names_what_is_missing(name):
    for make in (FIGURES[name], DESCRIPTIONS[name]):
        with pytest.raises(ClaimError, match="There is no result"):
            make(frame(row("other", 1)), labels())


def test_hollow_marks_of_the_course_are_what_was_seen_and_the_line_is_the_model():
    figure = drawn("curves")
    rows = sample("curves")
    for arm in labels().arms:
        for gid, statistic in ((f"arm-{arm}", "course_change"), (f"seen-{arm}", "observed_change")):
            line = by_gid(figure, gid)
            own = rows[(rows["statistic"] == statistic) & (rows["arm"] == arm)]
            told = dict(zip(own["week"].astype(int), own["value"], strict=True))
            shown = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
            assert {week: shown[week] for week in told} == told
        assert by_gid(figure, f"seen-{arm}").get_markerfacecolor() == "white"


def test_a_bar_that_goes_on_beyond_the_frame_has_an_arrow_there():
    rows = sample("kept").reset_index(drop=True)
    kept = rows.index[rows["statistic"] == "extra_gain_kept"]
    rows.loc[kept[0], ["lower", "upper"]] = (-400.0, float("inf"))
    figure = drawn("kept", rows)
    goes_on = figure.findobj(lambda artist: str(artist.get_gid()).startswith("goes-on"))
    low, high = figure.axes[0].get_xlim()
    assert sorted(mark.get_xdata()[0] for mark in goes_on) == [low, high]
    assert sorted(mark.get_marker() for mark in goes_on) == ["<", ">"]
    assert not drawn("kept").findobj(lambda artist: str(artist.get_gid()).startswith("goes-on"))
