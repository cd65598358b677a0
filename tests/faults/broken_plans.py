"""Plans broken on purpose: the demo with one thing wrong, and what its reader is told.

Each row replaces one piece of plans/demo.yaml, or the whole file. The message must hold `says` and
name the line of the broken piece, which is found by the text `at`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class BrokenPlan:
    """One broken plan.

    Attributes:
        name: what is wrong, in a few words.
        find, replace: the piece of the good plan and what stands in its place.
        content: the whole file instead, as bytes.
        at: text of the line that the message must name; the replaced line if empty.
        says: what the message must hold.
    """

    name: str
    says: str
    find: str = ""
    replace: str = ""
    content: bytes | None = None
    at: str = ""
    exit_code: int = 10

    def file(self, good: str) -> bytes:
        """The broken file, made from the text of the good plan."""
        if self.content is not None:
            return self.content
        assert self.find in good, f"plans/demo.yaml no longer holds {self.find!r}"
        return good.replace(self.find, self.replace, 1).encode("utf-8")

    def line(self, good: str) -> int | None:
        """The line, from 1, that the message must name; None where there is no such line."""
        at = self.at or self.replace.lstrip("\n").splitlines()[0] if self.at or self.replace else ""
        if not at:
            return None
        text = self.file(good).decode("utf-8")
        return text[: text.index(at)].count("\n") + 1


BOMB = b"""\
a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
study: [*c, *c, *c, *c, *c, *c, *c, *c, *c]
"""

BROKEN_PLANS = [
    # The file
    BrokenPlan(name="empty file", content=b"", says="The plan is empty"),
    BrokenPlan(name="comments only", content=b"# to be written\n", says="The plan is empty"),
    BrokenPlan(
        name="a list", content=b"- study\n- arms\n", says="not a list of keys with values", at="- s"
    ),
    BrokenPlan(
        name="UTF-16", content="study: {name: demo}\n".encode("utf-16"), says="not UTF-8 text"
    ),
    BrokenPlan(
        name="Latin-1 letter", content=b"study:\n  title: Tj\xf8svoll\n", says="demo.yaml:2"
    ),
    BrokenPlan(name="control character", content=b"study:\n  name: a\x07\n", says="control"),
    BrokenPlan(
        name="tab before a key", find="  name: demo", replace="\tname: demo", says="A tab stands"
    ),
    BrokenPlan(
        name="open bracket",
        find="covariates: [baseline, age, sex, site]",
        replace="covariates: [baseline, age, sex, site",
        at="      covariance: us",
        says="The text is not YAML",
    ),
    BrokenPlan(
        name="colon in a text",
        find="  title: Bands or",
        replace="  title: Bands: or",
        says="A second colon",
    ),
    BrokenPlan(name="swelling aliases", content=BOMB, at="a: &a", says="anchor or alias"),
    BrokenPlan(
        name="code in a tag",
        find="  condition: persistent non-specific",
        replace="  condition: !!python/object/apply:os.getcwd []\n  x: persistent",
        says="is a tag of YAML",
    ),
    BrokenPlan(
        name="brackets without end",
        content=b"study: " + b"[" * 100_000,
        at="study",
        says="too deep",
    ),
    BrokenPlan(
        name="two documents",
        find="\nseed: 2402",
        replace="\n---\nseed: 2402",
        at="---",
        says="second document",
    ),
    # Keys
    BrokenPlan(
        name="misspelt key",
        find="  title: Bands",
        replace="  titel: Bands",
        says="There is no key `titel` here; the nearest is `title`",
    ),
    BrokenPlan(
        name="misspelt section",
        find="\npopulations:\n",
        replace="\npopulation:\n",
        says="the nearest is `populations`",
    ),
    BrokenPlan(
        name="missing key",
        find="  funding: none\n",
        at="study:",
        says="The key `funding` is missing",
    ),
    BrokenPlan(
        name="key twice",
        find="  funding: none\n",
        replace="  funding: a bank\n  funding: none\n",
        at="  funding: none",
        says="The key `funding` stands twice; the first is on line ",
    ),
    BrokenPlan(
        name="key that YAML reads as false",
        find="\n  bands:\n    label",
        replace="\n  no:\n    label",
        says="A key is not a word. YAML reads `no` without quotes as true or false",
    ),
    # Values
    BrokenPlan(
        name="number in quotes", find="weeks: 16", replace='weeks: "16"', says="`16` in quotes"
    ),
    BrokenPlan(name="decimal for whole", find="weeks: 16", replace="weeks: 16.0", says="Write 16."),
    BrokenPlan(name="octal number", find="seed: 2402", replace="seed: 0402", says="not a whole"),
    BrokenPlan(name="minutes as a clock", find="minutes: 45", replace="minutes: 0:45", says="0:45"),
    BrokenPlan(
        name="yes for true", find="simulated: true", replace="simulated: yes", says="Write true."
    ),
    BrokenPlan(
        name="true for a number", find="seed: 2402", replace="seed: true", says="not a whole number"
    ),
    BrokenPlan(
        name="no for a text", find="  funding: none", replace="  funding: no", says='quotes: "no"'
    ),
    BrokenPlan(
        name="empty text", find="  funding: none", replace="  funding:", says="The text is empty"
    ),
    BrokenPlan(
        name="word not in the list",
        find="modality: resistance bands",
        replace="modality: resistance band",
        says="the nearest is `resistance bands`",
    ),
    BrokenPlan(
        name="one number for two",
        find="{week: 4, window: [-10, 10]}",
        replace="{week: 4, window: 10}",
        at="{week: 4",
        says="A list is asked for",
    ),
    BrokenPlan(
        name="three numbers for two",
        find="range: [0, 60]",
        replace="range: [0, 30, 60]",
        says="The list has 3 values; 2 are asked for",
    ),
    BrokenPlan(
        name="endless number", find="range: [0, 60]", replace="range: [0, .inf]", says="`.inf`"
    ),
    # Parts that do not fit
    BrokenPlan(
        name="name of another file",
        find="  name: demo",
        replace="  name: demonstration",
        says="The study is named `demonstration`, and its file `demo`",
    ),
    BrokenPlan(
        name="name that leaves its folder",
        find="  name: demo",
        replace="  name: ../../demo",
        says="The name cannot be used",
    ),
    BrokenPlan(
        name="one arm with three",
        find="design: randomised parallel groups",
        replace="design: one arm",
        says="and 3 arms follow",
    ),
    BrokenPlan(
        name="no reference",
        find="    reference: true\n",
        at="arms:",
        says="One arm must be the reference; none of 3",
    ),
    BrokenPlan(
        name="two references",
        find="    label: Resistance bands\n",
        replace="    label: Resistance bands\n    reference: true\n",
        at="arms:",
        says="`usual_care`, `bands` of 3 say so",
    ),
    BrokenPlan(
        name="too many sessions",
        find="sessions_per_week: 3",
        replace="sessions_per_week: 21",
        says="up to 14",
    ),
    BrokenPlan(
        name="no baseline",
        find="  - {week: 0, window: [-14, 0]}\n",
        at="schedule:",
        says="One visit must be the baseline",
    ),
    BrokenPlan(
        name="windows overlap",
        find="{week: 4, window: [-10, 10]}",
        replace="{week: 4, window: [-10, 18]}",
        at="{week: 8",
        says="The windows of week 4 and week 8 overlap",
    ),
    BrokenPlan(
        name="range upside down",
        find="range: [0, 60]",
        replace="range: [60, 0]",
        says="The range does not rise",
    ),
    BrokenPlan(
        name="threshold without citation",
        find="        citation: Hayden et al. 2021, Cochrane CD009790\n",
        at="      - name: important difference in a synthesis",
        says="The key `citation` is missing",
    ),
    BrokenPlan(
        name="percentage over 100",
        find="        value: 20\n        scale: percent",
        replace="        value: 200\n        scale: percent",
        says="100 percent",
    ),
    BrokenPlan(
        name="share not given",
        find="    share: 0.667\n",
        at="  per_protocol:",
        says="has no `share`",
    ),
    BrokenPlan(
        name="population not defined",
        find="    population: all_randomised",
        replace="    population: all_randomized",
        says="the nearest is `all_randomised`",
    ),
    BrokenPlan(
        name="measure not defined",
        find="variable: {measure: pain_vas, week: 16}",
        replace="variable: {measure: pain_nrs, week: 16}",
        says="The plan defines no measure `pain_nrs`",
    ),
    BrokenPlan(
        name="week not planned",
        find="variable: {measure: pain_vas, week: 16}",
        replace="variable: {measure: pain_vas, week: 20}",
        says="Week 20 is not a planned visit after baseline",
    ),
    BrokenPlan(
        name="compared with itself",
        find="treatments: {arms: [bands, free_weights], comparator: usual_care}",
        replace="treatments: {arms: [bands, free_weights], comparator: bands}",
        says="compared with itself",
    ),
    BrokenPlan(
        name="difference from nothing",
        find="treatments: {arms: [bands, free_weights], comparator: usual_care}",
        replace="treatments: {arms: [bands, free_weights], comparator: null}",
        at="    summary: difference in means",
        says="there is no comparator",
    ),
    BrokenPlan(
        name="strategy not built",
        find="        strategy: hypothetical",
        replace="        strategy: composite",
        says="Available for `change`: `treatment policy`, `hypothetical`",
    ),
    BrokenPlan(
        name="change without a method",
        find="    methods: [mmrm, ancova]\n",
        at="  primary:\n    label: How much",
        says="has no `methods`",
    ),
    BrokenPlan(
        name="level in percent",
        find="      df: satterthwaite\n",
        replace="      level: 95\n      df: satterthwaite\n",
        says="0.95 for 95 %",
    ),
    BrokenPlan(
        name="real people simulated",
        find="simulated: true",
        replace="simulated: false",
        at="simulation:\n",
        says="Simulated people must never pass for real ones",
    ),
    BrokenPlan(
        name="course too short",
        find="        pain_vas: [-3, -5, -6, -7, -8, -8, -8]",
        replace="        pain_vas: [-3, -5, -6]",
        says="The course has 3 values for 7 visits after baseline",
    ),
    BrokenPlan(
        name="amendment without a lock",
        find="\nseed: 2402",
        replace="\namendments:\n  - {date: 2026-02-01, key: seed, what: a, why: b, hash: "
        + "a" * 64
        + "}\nseed: 2402",
        says="amendments and no lock",
    ),
    BrokenPlan(
        name="date that does not exist",
        find="\nseed: 2402",
        replace=f"\nlock: {{date: 2026-02-30, hash: {'a' * 64}}}\nseed: 2402",
        says="`2026-02-30` is not a date",
    ),
]
