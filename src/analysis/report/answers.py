"""What the front page says first: the answer to the study's main question, from its result rows."""

from __future__ import annotations

import pandas as pd

from analysis.plan.main import lead_question, main_question
from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Question
from analysis.show.sentences import SENTENCES
from analysis.terms import Labels

# The sentence that answers a question of a kind on the front page.
_HEADLINES = {"synthesis": "evidence", "shares": "shares_in_words"}


def headline(rows: pd.DataFrame, plan: Plan, labels: Labels) -> str | None:
    """The answer in a sentence or two, every number a link to its row; None if it was not asked.

    Raises:
        ClaimError: the question was asked, and a row that the sentence needs is not there.
    """
    key = lead_question(plan)
    kind = plan.questions[key].estimate if key else "change"
    return _say(_HEADLINES.get(kind, "headline"), rows, key, labels)


def people(rows: pd.DataFrame, plan: Plan, labels: Labels) -> str | None:
    """How many people the answer stands on, as `headline`; None if they were not counted.

    Raises:
        ClaimError: people were counted, and a row that the sentence needs is not there.
    """
    flow = next((key for key, q in plan.questions.items() if q.estimate == "flow"), None)
    main = main_question(plan)
    if not {flow, main} <= set(rows["question"]):
        return None
    return SENTENCES["people"](rows[rows["question"].isin([flow, main])], labels)


def asked(plan: Plan) -> Question | None:
    """The main question itself."""
    key = lead_question(plan)
    return plan.questions[key] if key else None


def _say(sentence: str, rows: pd.DataFrame, question: str | None, labels: Labels) -> str | None:
    own = rows[rows["question"] == question] if question else rows.head(0)
    return SENTENCES[sentence](own, labels) if len(own) else None
