"""Linear layers whose matrix products have the same bits on processors of all vendors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

#: Weights from which oneDNN is faster. Below, a call of it takes longer than MKL's product.
_WIDE = 2**15


class Linear(nn.Linear):
    """`torch.nn.Linear`, with wide float32 products on a CPU by oneDNN in place of MKL.

    MKL takes another path for every vendor, and its one path for all is half as fast. oneDNN asks
    for instruction sets alone (``ONEDNN_MAX_CPU_ISA``).
    """

    def forward(self, X: Tensor) -> Tensor:
        """Map points: (n, n_in) to (n, n_out)."""
        here = X.dtype == torch.float32 and X.device.type == "cpu"
        if not here or self.weight.numel() < _WIDE or not _has_onednn():
            return super().forward(X)
        image: Tensor = _Linear.apply(X, self.weight, self.bias)  # type: ignore[no-untyped-call]
        return image


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, X: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(X, weight)
        return _product(X, weight, bias)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        X, weight = ctx.saved_tensors
        by_input = _product(outer, weight.t()) if ctx.needs_input_grad[0] else None
        return by_input, _product(outer.t(), X.t()), outer.sum(0)


def _product(A: Tensor, B: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return A Bᵀ, plus the bias in every row."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(A, B, bias, "none", [], "")
    return product


def _has_onednn() -> bool:
    return bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
