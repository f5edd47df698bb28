"""Whether this machine has a device; apart from its name, so that naming one needs no PyTorch."""

from __future__ import annotations

import torch

from topo.device import DEVICES


def require_device(device: str) -> None:
    """Require a device that this machine has.

    Raises
    ------
    ValueError
        Where the name is none of `topo.device.DEVICES`, or PyTorch can use no GPU.
    """
    if device not in DEVICES:
        raise ValueError(f"device must be one of {sorted(DEVICES)}, got {device!r}")
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "device 'cuda' needs a GPU that this build of PyTorch can use, and found none: "
            "use 'cpu', or install a build with CUDA where there is a GPU"
        )
