"""What a page says of somebody's own data: what they are, which method keeps what, in words."""

from topo.own.data import DataAccount, describe_data
from topo.own.gains import Gain, tuning_gains, values_at_ends
from topo.own.keeping import Aspect, Keeping, Kept, keeping
from topo.own.words import paragraph

__all__ = [
    "Aspect",
    "DataAccount",
    "Gain",
    "Keeping",
    "Kept",
    "describe_data",
    "keeping",
    "paragraph",
    "tuning_gains",
    "values_at_ends",
]
