"""What the matcher's features are worth."""

from __future__ import annotations

import math

# In the order of features.FEATURES. Logistic regression over (question, best phrasing of an entry) pairs, fitted on
# development sets of public government and customer-service questions that are no part of the product; confirmed by
# five-fold cross-validation. Those sets have no confusable groups: `name_agree` and `name_conflict` come from the
# district's own phrasings, each alias left out in turn.
PAIR = (
    -4.058,  # one
    2.509,  # chars
    -5.945,  # sound
    -0.623,  # ratio
    3.393,  # sound_ratio
    -3.209,  # partial
    3.351,  # cover_question
    3.485,  # cover_phrasing
    0.391,  # loose_question
    -0.131,  # loose_phrasing
    0.092,  # facet_agree
    -0.373,  # facet_conflict
    0.608,  # facet_one_sided
    -3.690,  # value_conflict
    -0.118,  # value_one_sided
    -0.348,  # number_conflict
    -0.570,  # negation_differs
    0.300,  # name_agree
    -5.000,  # name_conflict
    0.155,  # length_gap
    -7.196,  # short
    8.030,  # lead
    3.284,  # votes
    1.918,  # grams_question
    -0.626,  # grams_phrasing
    0.600,  # known_question
    0.859,  # both_loose
    0.567,  # alone
    -2.136,  # exact_sound
    -0.947,  # facet_missing
    -0.523,  # facet_extra
    -0.056,  # thing_question
    -0.208,  # thing_phrasing
    -0.583,  # things_differ
)
WIDEST_MARGIN = 4.0
# Fitted on the best candidate of each of those questions: how often it was right.
_INTERCEPT, _LOGIT, _MARGIN = -0.287, 0.745, 0.204


def probability(logit: float, margin: float) -> float:
    """That this candidate is the one meant, from its own logit and its lead over the best other."""
    margin = max(-WIDEST_MARGIN, min(WIDEST_MARGIN, margin))
    z = _INTERCEPT + _LOGIT * logit + _MARGIN * margin
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) * 0.999
