"""Joint tests that every fit of a linear mean model offers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .contrast import contrast_rows
from .estimated import Estimated
from .jointtest import joint_row, refuse_dependent


class JointTests(Estimated):
    """Tests of several contrasts together."""

    def joint_test(self, weights: object) -> pd.DataFrame:
        """Are these contrasts all zero?

        Args:
            weights: contrasts as in `contrast`; none may be a sum of others.

        Returns:
            One row: num_df, den_df, f, p.

        Raises:
            UsageError: an unknown coefficient, or contrasts that repeat each other.
        """
        L, _ = contrast_rows(weights, self.design.names)
        refuse_dependent(L)
        f, den_df = self.joint(L)
        return joint_row(f, len(L), den_df)

    def term_tests(self) -> pd.DataFrame:
        """For each term of the formula: are all its coefficients zero?

        With other terms that contain it (`a` beside `a:b`) a term's test is about the reference
        level of the others, as its coefficients are.

        Returns:
            One row a term: term, num_df, den_df, f, p.
        """
        eye = np.eye(len(self.beta))
        rows = []
        for term, place in self.design.spec.term_slices.items():
            if str(term) != "1":
                rows.append(self.joint_test(eye[place]).assign(term=str(term)))
        columns = ["term", "num_df", "den_df", "f", "p"]
        return (
            pd.concat(rows, ignore_index=True)[columns]
            if rows
            else pd.DataFrame([], columns=columns)
        )
