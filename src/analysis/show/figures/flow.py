"""The flow diagram: boxes and arrows from assessment to analysis, drawn from counts."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from analysis.show.figures.boxes import LINE, PAD, Box, arm_boxes, before_arms
from analysis.show.figures.style import FAINT, INK, SMALL, WIDTH, look, new_figure, stamp
from analysis.show.link import is_planned
from analysis.show.select import records, where
from analysis.show.steps import Step, steps, without_repeats
from analysis.show.words import arm_label
from analysis.terms import Labels

_SHADE = "#ececec"
_GAP = 0.28  # inches between boxes
_MARGIN = 0.12
_CHARACTER = 0.071  # inches of an average character at this size, with a little to spare
_LEAST_COLUMN = 1.9  # inches; more arms make the figure wider, not its text smaller


def flow(rows: pd.DataFrame, labels: Labels) -> Figure:
    """The CONSORT flow diagram.

    Args:
        rows: result rows `count` whose level is `step` or `step: reason`.
        labels: the study's words.

    Raises:
        ClaimError: no flow rows, or two counts of the same people.
    """
    found = without_repeats(steps(rows))
    arms = [a for a in labels.arms if any(a in s.arms or a in s.reasons for s in found)]
    width = max(WIDTH, _LEAST_COLUMN * len(arms) + 2 * _MARGIN)
    with look():
        layout = _Layout(found, arms, labels, width)
        figure = new_figure(layout.height, width, arranged=False)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(layout.height, 0))
        axes.axis("off")
        layout.draw(axes)
        used = records(where(rows, statistic="count", measure=None))
        stamp(figure, labels, planned=all(is_planned(row) for row in used))
        return figure


class _Layout:
    """Where every box stands, in inches from the top left."""

    def __init__(self, found: list[Step], arms: list[str], labels: Labels, width: float) -> None:
        self.width, self.arms, self.labels = width, arms, labels
        self.column = (width - 2 * _MARGIN) / max(1, len(arms))
        self.arm_width = min(self.column - 0.16, 3.4)
        # A column heading is part of its arm's first box.
        inside = int((self.arm_width - 0.2) / _CHARACTER)
        self.top = before_arms(found, labels, 30)
        self.heads = {a: textwrap.wrap(arm_label(labels, a), inside) for a in arms}
        self.boxes = {a: arm_boxes(found, a, labels, inside) for a in arms}
        self.stages = [
            max((box.height for box in stage if box.lines), default=0.0)
            for stage in zip(*self.boxes.values(), strict=True)
        ]
        self.head = max((len(lines) for lines in self.heads.values()), default=0) * LINE + PAD
        above = sum(box.height + _GAP for box, _ in self.top)
        below = sum(height + _GAP for height in self.stages if height)
        self.height = _MARGIN + above + (self.head + _GAP if arms else 0) + below

    def draw(self, axes: Axes) -> None:
        """All boxes and arrows."""
        y, last = self._draw_top(axes)
        if not self.arms:
            return
        centres = [_MARGIN + self.column * (place + 0.5) for place in range(len(self.arms))]
        if last is not None:
            self._branch(axes, last, y, centres)
        for arm, centre in zip(self.arms, centres, strict=True):
            self._draw_arm(axes, arm, centre, y)

    def _draw_top(self, axes: Axes) -> tuple[float, float | None]:
        """Boxes down the middle, those who left beside the way; the bottom of the last box."""
        y, last, width = _MARGIN, None, 2.6
        for box, aside in self.top:
            if aside:
                left = self.width / 2 + 0.3
                _box(axes, left, y, min(width, self.width - left - _MARGIN), box)
                middle = y + box.height / 2
                _line(axes, [self.width / 2, left], [middle, middle], arrow=True)
            else:
                if last is not None:
                    _line(axes, [self.width / 2] * 2, [last, y], arrow=True)
                _box(axes, (self.width - width) / 2, y, width, box, centred=True)
                last = y + box.height
            y += box.height + _GAP
        return y, last

    def _branch(self, axes: Axes, start: float, end: float, centres: list[float]) -> None:
        middle = end - _GAP / 2
        _line(axes, [self.width / 2] * 2, [start, middle])
        _line(axes, [min(*centres, self.width / 2), max(*centres, self.width / 2)], [middle] * 2)
        for centre in centres:
            _line(axes, [centre] * 2, [middle, end], arrow=True)

    def _draw_arm(self, axes: Axes, arm: str, centre: float, y: float) -> None:
        left = centre - self.arm_width / 2
        head = Box(tuple(self.heads[arm]))
        _box(axes, left, y, self.arm_width, head, centred=True, height=self.head, shade=_SHADE)
        last, y = y + self.head, y + self.head + _GAP
        for box, height in zip(self.boxes[arm], self.stages, strict=True):
            if box.lines:
                _line(axes, [centre] * 2, [last, y], arrow=True)
                _box(axes, left, y, self.arm_width, box, height=height)
                last = y + height
            if height:
                y += height + _GAP


def _box(
    axes: Axes,
    left: float,
    top: float,
    width: float,
    box: Box,
    *,
    centred: bool = False,
    height: float | None = None,
    shade: str = "white",
) -> None:
    height = height or box.height
    shape = FancyBboxPatch(
        (left, top),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.04",
        facecolor=shade,
        edgecolor=FAINT,
        linewidth=1,
    )
    axes.add_patch(shape)
    start = top + (height - LINE * len(box.lines)) / 2 if centred else top + PAD / 2
    for place, line in enumerate(box.lines):
        axes.text(
            left + (width / 2 if centred else 0.09),
            start + LINE * (place + 0.5),
            line,
            ha="center" if centred else "left",
            va="center",
            fontsize=SMALL,
            color=INK,
        )


def _line(axes: Axes, x: list[float], y: list[float], *, arrow: bool = False) -> None:
    if not arrow:
        axes.plot(x, y, color=FAINT, linewidth=1.1)
        return
    look = {"arrowstyle": "-|>", "color": FAINT, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (x[1], y[1]), (x[0], y[0]), arrowprops=look)
