"""Where networks are trained and many points compared: a machine's choice, never the study's."""

from __future__ import annotations

from typing import Literal, get_args

Device = Literal["cpu", "cuda"]

DEVICES: tuple[Device, ...] = get_args(Device)
