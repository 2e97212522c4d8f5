"""What the matcher's features are worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

# In the order of features.FEATURES. Conditional logit over the recalled entries and "none of them", fitted on
# development sets of public government, customer-service and open questions that are no part of the product, and on
# the district's own phrasings, each left out in turn; confirmed by leaving out
# entries with all their questions, and whole sets. docs/house.md says how to do it again.
OF = (
    -4.690,  # one
    9.070,  # chars
    -4.574,  # sound
    -1.460,  # ratio
    1.727,  # sound_ratio
    -1.096,  # partial
    0.390,  # cover_question
    1.672,  # cover_phrasing
    -0.930,  # loose_question
    0.679,  # loose_phrasing
    3.313,  # soft_question
    0.816,  # soft_phrasing
    0.804,  # soft_loose_question
    -1.202,  # soft_loose_phrasing
    0.095,  # facet_agree
    -0.271,  # facet_conflict
    0.350,  # facet_one_sided
    -0.935,  # value_conflict
    -0.166,  # value_one_sided
    0.607,  # number_conflict
    -0.013,  # negation_differs
    -0.039,  # name_agree
    -3.647,  # name_conflict
    -0.892,  # name_missing
    -0.810,  # name_extra
    -1.244,  # place_conflict
    -0.199,  # place_question
    -0.776,  # place_phrasing
    0.023,  # length_gap
    -1.013,  # short
    1.642,  # votes
    -1.289,  # grams_question
    -2.040,  # grams_phrasing
    -0.049,  # known_question
    0.995,  # both_loose
    0.275,  # alone
    -0.339,  # exact_sound
    -0.771,  # facet_missing
    -0.262,  # facet_extra
    -0.606,  # thing_question
    -0.319,  # thing_phrasing
    -0.197,  # things_differ
    1.163,  # strange
    1.042,  # close
    -5.036,  # chars_squared
    -4.235,  # cover_product
    4.303,  # soft_product
    -0.446,  # loose_short
    1.488,  # mass
    1.105,  # heaviest
    -0.618,  # phrasings
    5.577,  # class
    3.315,  # class_lead
    3.139,  # class_best
    -7.545,  # class_squared
    -1.514,  # chars_lead
    2.157,  # ratio_lead
    0.209,  # soft_lead
    0.600,  # sound_lead
    -2.020,  # size
    2.459,  # size_chars
    -0.974,  # size_soft
    -1.046,  # no_class
    2.269,  # plain_chars
    2.888,  # plain_sound_ratio
    -4.479,  # plain_ratio
    1.480,  # plain_soft_product
    1.458,  # plain_cover_question
    0.396,  # plain_cover_phrasing
    0.842,  # plain_soft_loose_question
    0.675,  # plain_soft_loose_phrasing
    0.254,  # plain_known_question
    -1.852,  # plain_strange
    1.231,  # plain_chars_lead
    2.125,  # plain_ratio_lead
    1.592,  # plain_soft_lead
    -1.556,  # plain_sound_lead
)
_INTERCEPT, _ODDS, _LOGIT, _MARGIN = -0.144, 0.861, -0.019, 0.105
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
