"""Broken plans whose file, keys or values cannot be read."""

from __future__ import annotations

from tests.faults.broken_plan_row import BrokenPlan

BOMB = b"""\
a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
study: [*c, *c, *c, *c, *c, *c, *c, *c, *c]
"""

BROKEN_WORDS = [
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
    BrokenPlan(
        name="number without end",
        find="seed: 2402",
        replace="seed: " + "9" * 5000,
        says="more than 20 digits",
    ),
    BrokenPlan(
        name="long text for a number",
        find="seed: 2402",
        replace="seed: " + "many " * 100,
        says="many many ...` is not a whole number",
    ),
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
]
