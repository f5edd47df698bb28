"""What repetitions show: intervals of means, paired comparisons, and families of these.

It knows numbers alone, no table and no statement. A repetition that draws its own data is
independent of the others. Splits of one dataset share points: there ``test_to_train``, the number
of test points per training point, widens what is claimed of new samples.
"""

from topo.inference.comparisons import Comparison, compare, compare_with, differences
from topo.inference.families import holm
from topo.inference.means import LEVEL, TEST_TO_TRAIN, MeanInterval, half_width, mean_interval

__all__ = [
    "LEVEL",
    "TEST_TO_TRAIN",
    "Comparison",
    "MeanInterval",
    "compare",
    "compare_with",
    "differences",
    "half_width",
    "holm",
    "mean_interval",
]
