"""The look of every figure: one width, readable text, colours and marks that differ in grey too."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator
from PIL import Image

from analysis.terms import Labels

WIDTH = 7.0  # inches; 700 pixels on a page
TEXT = 9.5  # points
SMALL = 9.0
COLOURS = 256
GRID = "#e4e4e4"
INK = "#262626"
FAINT = "#6b6b6b"
NOT_PLANNED = "Not as planned"
LEGEND_LINE = 0.2  # inches
TITLE_LINE = 0.19  # inches of each further line of a title
# Marks and lines tell the arms apart where colours cannot; the reference arm comes first, in grey.
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_LINES = ("-", (0, (6, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
_REFERENCE_COLOUR = "#4d4d4d"
_COLOUR_ORDER = (0, 3, 2, 4, 1, 5, 9)  # of seaborn's colour-blind palette: far apart first


@dataclass(frozen=True)
class ArmStyle:
    """How one arm is drawn in every figure."""

    colour: tuple[float, float, float] | str
    marker: str
    line: str | tuple


def arm_styles(labels: Labels) -> dict[str, ArmStyle]:
    """A colour, a mark and a line for every arm, the same in every figure of a study."""
    palette = seaborn.color_palette("colorblind")
    colours = [palette[place] for place in _COLOUR_ORDER]
    if labels.reference is not None:
        colours = [_REFERENCE_COLOUR, *colours]
    return {
        arm: ArmStyle(
            colours[place % len(colours)],
            _MARKS[place % len(_MARKS)],
            _LINES[place % len(_LINES)],
        )
        for place, arm in enumerate(labels.arms)
    }


@contextmanager
def look() -> Iterator[None]:
    """The style while a figure is made; the settings of the reader's notebook stay as they are."""
    settings = {
        **seaborn.axes_style("ticks"),
        "font.family": "sans-serif",
        # Ships with matplotlib, so a figure is the same on every machine.
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": TEXT,
        "axes.titlesize": TEXT + 1.5,
        "axes.labelsize": TEXT,
        "axes.titlelocation": "left",
        "axes.edgecolor": FAINT,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "legend.fontsize": SMALL,
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with matplotlib.rc_context(settings):
        yield


def new_figure(height: float, width: float = WIDTH, *, arranged: bool = True) -> Figure:
    """An empty figure that belongs to nobody's global state.

    Args:
        height: in inches.
        width: in inches.
        arranged: whether matplotlib makes room for labels; not where everything has its place.
    """
    layout = "constrained" if arranged else None
    return Figure(figsize=(width, height), dpi=144, layout=layout, facecolor="white")


def stamp(figure: Figure, labels: Labels, *, planned: bool = True, but: str = "") -> None:
    """Say below the figure that nobody real is in it, and that the plan was departed from.

    Args:
        figure: drawn.
        labels: the study's words; of published trials alone, those of `whose.words_for`.
        planned: whether all that is drawn was asked as the plan says.
        but: what of the figure is of real people all the same.
    """
    words = [labels.stamp + (f" (not {but})" if but else "")] if labels.stamp else []
    words += [] if planned else [NOT_PLANNED]
    if words:
        figure.supxlabel(" · ".join(words), x=0.99, ha="right", fontsize=SMALL, weight="bold")


def title(figure: Figure, words: str, width: int = 50) -> None:
    """A title at the left, wrapped so that a narrow screen shows all of it without scrolling."""
    lines = even_lines(words, width)
    figure.set_figheight(figure.get_figheight() + TITLE_LINE * (len(lines) - 1))
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=TEXT + 1.5)


def even_lines(words: str, width: int) -> list[str]:
    """Words in as few lines as the width allows, of about one length: no word stands alone.

    Two lines part at a comma or colon where one lets both fit.
    """
    lines = textwrap.wrap(words, width)
    if len(lines) == 2:
        pauses = [n for n in range(1, len(words)) if words[n - 1] in ",:;" and words[n] == " "]
        fit = [n for n in pauses if max(n, len(words) - n - 1) <= width]
        if fit:
            at = min(fit, key=lambda n: abs(len(words) - 2 * n))
            return [words[:at], words[at + 1 :]]
    narrower = (textwrap.wrap(words, each) for each in range(1, width))
    return next((made for made in narrower if len(made) == len(lines)), lines)


def legend(axes: Axes, *, room: float = 1.7) -> None:
    """The names of lines above the axes; `room` is in lines of text, for words below the legend."""
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=room,
        ncols=_legend_columns(names),
        frameon=False,
        handlelength=3.4,
    )


def legend_height(names: Iterable[str]) -> float:
    """Inches that a legend of these names takes."""
    names = list(names)
    return LEGEND_LINE * math.ceil(len(names) / _legend_columns(names)) if len(names) > 1 else 0.0


def _legend_columns(names: list[str]) -> int:
    """As many names side by side as the width holds, with their lines."""
    inches = 0.075 * max(len(name) for name in names) + 0.75
    return max(1, min(4, int((WIDTH - 0.8) / inches)))


def week_axis(axes: Axes, weeks: list[int], labels: Labels) -> None:
    """Weeks to scale; a label is left out where it would touch its neighbour's."""
    last = max(weeks)
    shown: list[int] = []
    for week in sorted(weeks):
        if not shown or _apart(shown[-1], week, last):
            shown.append(week)
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.xaxis.set_major_formatter(FixedFormatter([str(week) for week in shown]))
    axes.xaxis.set_minor_locator(FixedLocator([week for week in weeks if week not in shown]))
    axes.set_xlim(-last * 0.03, last * 1.03)
    randomised = labels.design.startswith("randomised")
    axes.set_xlabel(f"Weeks since {'randomisation' if randomised else 'the start'}")


def _apart(left: int, right: int, last: int) -> bool:
    """Whether the labels of two weeks leave a gap, on axes of some 580 pixels."""
    pixels = (right - left) * 580 / (1.06 * last)
    return pixels >= 3.6 * (len(str(left)) + len(str(right))) + 4


def mark_programme_end(axes: Axes, labels: Labels, weeks: list[int]) -> None:
    """A dotted line where the programme ends, named above the axes."""
    end = labels.programme_weeks
    if end is None or not weeks or end > max(weeks):
        return
    axes.axvline(end, color=FAINT, linestyle=":", linewidth=1.2, zorder=0, gid="programme-end")
    late = end > 0.8 * max(weeks)
    axes.annotate(
        "end of programme",
        (end, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4 if late else 4, 3),
        textcoords="offset points",
        ha="right" if late else "left",
        va="bottom",
        fontsize=SMALL,
        color=FAINT,
    )


def png(figure: Figure) -> bytes:
    """The figure as a PNG, the same bytes for the same rows."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="rgba")
    size = figure.canvas.get_width_height()
    image = Image.frombytes("RGBA", size, drawn.getvalue()).convert("RGB")
    # A figure has few colours: a palette holds them in a third of the bytes. The last eighth that
    # a better compression saves costs as much time as the drawing.
    image = image.quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(small, format="png", compress_level=6)
    return small.getvalue()


def bare(axes: Axes) -> None:
    """Faint lines behind the data to read heights by, and no frame at the top and right."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
