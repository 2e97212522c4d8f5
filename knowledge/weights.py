"""What the matcher's features are worth."""

from __future__ import annotations

import math

# In the order of features.FEATURES. First estimate by hand.
PAIR = (
    -6.0, 3.0, 1.5, 3.0, 1.5, 0.5, 2.0, 2.0, -1.5, -1.5, 0.5, -1.0, -0.3, -1.5, -0.3, -1.5, -0.5, 0.3, -2.0, -0.5, -1.0, 2.0, 1.0,
)
WIDEST_MARGIN = 4.0
_INTERCEPT, _LOGIT, _MARGIN = 0.0, 1.0, 0.6


def probability(logit: float, margin: float) -> float:
    """That this candidate is the one meant, from its own logit and its lead over the best other."""
    margin = max(-WIDEST_MARGIN, min(WIDEST_MARGIN, margin))
    z = _INTERCEPT + _LOGIT * logit + _MARGIN * margin
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) * 0.999
