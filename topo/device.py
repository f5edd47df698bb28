"""Where networks are trained and distances computed: a machine's choice, never the study's."""

from __future__ import annotations

from typing import Literal, get_args

Device = Literal["cpu", "cuda"]

DEVICES: tuple[Device, ...] = get_args(Device)

#: From so many points on a GPU that is asked for compares an embedding with its input. Of fewer
#: the distances, ranks and densities take the processor less than 0.1 s, of 2,000 points 0.5 s.
FEWEST_POINTS = 1000


def check_device(device: str) -> None:
    """Require a device that this machine has.

    Parameters
    ----------
    device
        Its name.

    Raises
    ------
    ValueError
        Where the name is none of `DEVICES`, or PyTorch can use no GPU.
    """
    import torch

    if device not in DEVICES:
        raise ValueError(f"device must be one of {sorted(DEVICES)}, got {device!r}")
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "device 'cuda' needs a GPU that this build of PyTorch can use, and found none: "
            "use 'cpu', or install a build with CUDA where there is a GPU"
        )
