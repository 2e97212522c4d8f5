"""What the matcher's features are worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

# In the order of features.FEATURES. Conditional logit over the recalled entries and "none of them", fitted on
# development sets of public government, customer-service and open questions that are no part of the product, and on
# the district's own phrasings, each left out in turn; confirmed by leaving out
# entries with all their questions, and whole sets. docs/house.md says how to do it again.
OF = (
    -4.842,  # one
    9.508,  # chars
    -5.105,  # sound
    -0.934,  # ratio
    1.177,  # sound_ratio
    -1.040,  # partial
    0.362,  # cover_question
    1.618,  # cover_phrasing
    -1.001,  # loose_question
    0.576,  # loose_phrasing
    3.227,  # soft_question
    0.869,  # soft_phrasing
    0.798,  # soft_loose_question
    -1.042,  # soft_loose_phrasing
    0.116,  # facet_agree
    -0.261,  # facet_conflict
    0.447,  # facet_one_sided
    -0.902,  # value_conflict
    -0.151,  # value_one_sided
    0.642,  # number_conflict
    -0.018,  # negation_differs
    -0.021,  # name_agree
    -3.624,  # name_conflict
    -0.893,  # name_missing
    -0.820,  # name_extra
    -1.438,  # place_conflict
    -0.160,  # place_question
    -0.713,  # place_phrasing
    0.033,  # length_gap
    -0.623,  # short
    1.642,  # votes
    -1.411,  # grams_question
    -1.980,  # grams_phrasing
    0.052,  # known_question
    0.989,  # both_loose
    0.258,  # alone
    -0.286,  # exact_sound
    -0.795,  # facet_missing
    -0.283,  # facet_extra
    -0.602,  # thing_question
    -0.331,  # thing_phrasing
    -0.193,  # things_differ
    1.104,  # strange
    1.123,  # close
    -4.608,  # chars_squared
    -4.514,  # cover_product
    4.494,  # soft_product
    -0.387,  # loose_short
    1.544,  # mass
    1.093,  # heaviest
    -0.621,  # phrasings
    5.780,  # class
    3.225,  # class_lead
    3.041,  # class_best
    -7.579,  # class_squared
    -1.519,  # chars_lead
    1.822,  # ratio_lead
    0.226,  # soft_lead
    0.893,  # sound_lead
    -1.947,  # size
    2.380,  # size_chars
    -1.099,  # size_soft
    -0.841,  # no_class
    2.015,  # plain_chars
    3.804,  # plain_sound_ratio
    -6.094,  # plain_ratio
    1.533,  # plain_soft_product
    1.452,  # plain_cover_question
    0.525,  # plain_cover_phrasing
    0.723,  # plain_soft_loose_question
    0.530,  # plain_soft_loose_phrasing
    0.155,  # plain_known_question
    -1.843,  # plain_strange
    0.921,  # plain_chars_lead
    -0.465,  # plain_ratio_lead
    1.640,  # plain_soft_lead
    -1.880,  # plain_sound_lead
    0.897,  # plain_verbatim
    3.720,  # plain_verbatim_lead
)
_INTERCEPT, _ODDS, _LOGIT, _MARGIN = -0.275, 0.687, 0.127, 0.144
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
