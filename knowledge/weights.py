"""What the matcher's features are worth."""

from __future__ import annotations

import math

# In the order of features.FEATURES. Logistic regression over (question, best phrasing of an entry) pairs, fitted on
# development sets of public government and customer-service questions that are no part of the product; confirmed by
# five-fold cross-validation.
# `name_agree` and `name_conflict` are set by hand: those sets have no confusable groups.
PAIR = (
    -4.231,  # one
    2.861,  # chars
    -6.212,  # sound
    -1.017,  # ratio
    3.652,  # sound_ratio
    -3.165,  # partial
    3.469,  # cover_question
    3.501,  # cover_phrasing
    0.477,  # loose_question
    -0.187,  # loose_phrasing
    0.114,  # facet_agree
    -0.379,  # facet_conflict
    0.623,  # facet_one_sided
    -3.585,  # value_conflict
    -0.145,  # value_one_sided
    -0.343,  # number_conflict
    -0.618,  # negation_differs
    0.300,  # name_agree
    -2.500,  # name_conflict
    0.187,  # length_gap
    -6.981,  # short
    8.308,  # lead
    3.142,  # votes
    1.816,  # grams_question
    -0.673,  # grams_phrasing
    0.713,  # known_question
    0.894,  # both_loose
    0.564,  # alone
    -2.378,  # exact_sound
    -0.975,  # facet_missing
    -0.520,  # facet_extra
    -0.083,  # thing_question
    -0.234,  # thing_phrasing
    -0.572,  # things_differ
)
WIDEST_MARGIN = 4.0
# Fitted on the best candidate of each of those questions: how often it was right.
_INTERCEPT, _LOGIT, _MARGIN = -0.245, 0.739, 0.190


def probability(logit: float, margin: float) -> float:
    """That this candidate is the one meant, from its own logit and its lead over the best other."""
    margin = max(-WIDEST_MARGIN, min(WIDEST_MARGIN, margin))
    z = _INTERCEPT + _LOGIT * logit + _MARGIN * margin
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) * 0.999
