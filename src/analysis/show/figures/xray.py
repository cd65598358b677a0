"""Missing-data X-ray: everyone's planned values as a mosaic, people below people, week by week."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from analysis.show.courses import CAME_BACK, OBSERVED, Course, courses, kind, kinds
from analysis.show.figures.style import FAINT, SMALL, look, new_figure, stamp, title
from analysis.show.link import is_planned
from analysis.show.words import arm_label, measure_label, sentence_case
from analysis.terms import Labels

_HEIGHT = 4.4  # inches of the panels
_LINE = 0.2  # inches a line of the legend
_SEEN, _GAP = "#dfe7ee", "#ffffff"
# Hatches tell the kinds apart where colours cannot.
_HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "++++", "oo", "--", "||")
_ORDER = (3, 0, 2, 1, 4, 9, 7)  # of seaborn's colour-blind palette: dark and far apart first


@dataclass(frozen=True)
class _Ink:
    """How one kind of value is drawn."""

    colour: str | tuple[float, float, float]
    hatch: str


def xray(rows: pd.DataFrame, labels: Labels) -> Figure:
    """Arms side by side; a row of cells a person, a column a planned visit, sorted by course.

    Args:
        rows: result rows `pattern` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = courses(rows, labels)
    names = kinds(found)
    inks = _inks(names)
    used = [course.row for each in found.values() for course in each]
    lines = -(-len(names) // 2)
    with look():
        figure = new_figure(_HEIGHT + _LINE * lines + 0.9)
        panels = figure.subplots(1, len(found), sharex=True, squeeze=False)[0]
        most = max(sum(course.people for course in each) for each in found.values())
        for axes, (arm, each) in zip(panels, found.items(), strict=True):
            people = _draw(axes, each, inks, labels)
            words = "\n".join(textwrap.wrap(f"{arm_label(labels, arm)} ({people})", 28))
            axes.set_title(words, fontsize=SMALL + 0.5)
            axes.set_ylim(most, 0)
        panels[0].set_ylabel("People, one a row")
        figure.supxlabel("")
        handles = [
            Patch(facecolor=inks[n].colour, hatch=inks[n].hatch, edgecolor=FAINT, label=_words(n))
            for n in names
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=2, frameon=False)
        measure = measure_label(labels, used[0].measure)
        title(figure, f"Every planned value of {measure.label.lower()}: seen, and why not")
        stamp(figure, labels, planned=all(is_planned(row) for row in used))
        return figure


def _inks(names: list[str]) -> dict[str, _Ink]:
    palette = seaborn.color_palette("colorblind")
    made = {OBSERVED: _Ink(_SEEN, ""), CAME_BACK: _Ink(_GAP, "....")}
    others = [name for name in names if name not in made]
    for place, name in enumerate(others):
        colour = palette[_ORDER[place % len(_ORDER)]]
        made[name] = _Ink(colour, _HATCHES[place % len(_HATCHES)])
    return made


def _draw(axes: Axes, found: list[Course], inks: dict[str, _Ink], labels: Labels) -> int:
    """Blocks of people with the same course from the top down; how many people there are."""
    top = 0
    for place, course in enumerate(found):
        for run in course.runs:
            ink = inks[kind(run.stands)]
            axes.add_patch(
                Rectangle(
                    (run.start, top),
                    run.length,
                    course.people,
                    facecolor=ink.colour,
                    hatch=ink.hatch,
                    edgecolor="white" if ink.colour != _GAP else FAINT,
                    linewidth=0.4,
                    gid=f"course-{place}-{run.start}",
                )
            )
        top += course.people
    weeks = labels.weeks
    for edge in range(1, len(weeks)):
        axes.axvline(edge, color="white", linewidth=0.8)
    axes.set_xlim(0, len(weeks))
    axes.set_xticks([place + 0.5 for place in range(len(weeks))], [str(week) for week in weeks])
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("Week")
    axes.spines[["top", "right"]].set_visible(False)
    return top


def _words(name: str) -> str:
    return sentence_case(name if len(name) < 46 else f"{name[:43]}...")
