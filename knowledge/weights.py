"""What the matcher's features are worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

# In the order of features.FEATURES. Conditional logit over the recalled entries and "none of them", fitted on
# development sets of public government, customer-service and open questions that are no part of the product, and on
# the district's own phrasings, each left out in turn; confirmed by leaving out
# entries with all their questions, and whole sets. docs/house.md says how to do it again.
OF = (
    -4.678,  # one
    8.242,  # chars
    -4.177,  # sound
    -1.240,  # ratio
    1.469,  # sound_ratio
    -1.530,  # partial
    -0.059,  # cover_question
    1.409,  # cover_phrasing
    -1.258,  # loose_question
    0.677,  # loose_phrasing
    3.458,  # soft_question
    1.015,  # soft_phrasing
    1.199,  # soft_loose_question
    -1.121,  # soft_loose_phrasing
    0.064,  # facet_agree
    -0.268,  # facet_conflict
    0.230,  # facet_one_sided
    -5.627,  # value_conflict
    -0.275,  # value_one_sided
    0.652,  # number_conflict
    -0.029,  # negation_differs
    -0.064,  # name_agree
    -5.864,  # name_conflict
    -0.315,  # name_missing
    -0.663,  # name_extra
    -1.205,  # place_conflict
    -0.140,  # place_question
    -0.887,  # place_phrasing
    0.045,  # length_gap
    -0.883,  # short
    2.386,  # votes
    -0.298,  # grams_question
    -1.280,  # grams_phrasing
    0.011,  # known_question
    1.040,  # both_loose
    0.291,  # alone
    -0.459,  # exact_sound
    -0.778,  # facet_missing
    -0.233,  # facet_extra
    -0.531,  # thing_question
    -0.218,  # thing_phrasing
    -0.314,  # things_differ
    1.166,  # strange
    1.060,  # close
    -5.626,  # chars_squared
    -4.036,  # cover_product
    4.439,  # soft_product
    -0.818,  # loose_short
    1.311,  # mass
    1.382,  # heaviest
    -0.585,  # phrasings
    3.485,  # class
    4.309,  # class_lead
    3.926,  # class_best
    -8.447,  # class_squared
    -1.758,  # chars_lead
    2.235,  # ratio_lead
    0.290,  # soft_lead
    0.812,  # sound_lead
    -2.200,  # size
    2.650,  # size_chars
    -0.707,  # size_soft
    -0.897,  # no_class
    1.514,  # plain_chars
    3.100,  # plain_sound_ratio
    -4.395,  # plain_ratio
    1.021,  # plain_soft_product
    1.551,  # plain_cover_question
    0.347,  # plain_cover_phrasing
    0.938,  # plain_soft_loose_question
    0.574,  # plain_soft_loose_phrasing
    0.090,  # plain_known_question
    -1.934,  # plain_strange
    1.410,  # plain_chars_lead
    2.281,  # plain_ratio_lead
    1.489,  # plain_soft_lead
    -2.010,  # plain_sound_lead
)
_INTERCEPT, _ODDS, _LOGIT, _MARGIN = -0.130, 0.856, -0.017, 0.098
_WIDEST_MARGIN = 4.0


def probabilities(logits: Sequence[float]) -> list[float]:
    """That each candidate is the one meant; `logits` best first.

    Shares of one certainty, of which "none of them" has what a candidate of logit nought would have. The first one's
    share is calibrated; what it leaves is shared by the others.
    """
    if not logits:
        return []
    most = max(logits[0], 0.0)
    parts = [math.exp(logit - most) for logit in logits]
    whole = sum(parts) + math.exp(-most)
    first = parts[0] / whole
    rest = max(1 - first, 1e-9)
    margin = min(_WIDEST_MARGIN, logits[0] - logits[1]) if len(logits) > 1 else _WIDEST_MARGIN
    z = _INTERCEPT + _ODDS * math.log(max(first, 1e-9) / rest) + _LOGIT * logits[0] + _MARGIN * margin
    best = 0.999 / (1 + math.exp(-max(-30.0, min(30.0, z))))
    left = (1 - best) / rest
    return [best, *[min(best, part / whole * left) for part in parts[1:]]]
