"""Drawings of the networks."""

from __future__ import annotations

import io

import pytest
from matplotlib.patches import FancyBboxPatch

from topo.figures import autoencoder, topological_autoencoder


def test_layers_are_mirrored_around_the_latent_one() -> None:
    drawing = autoencoder((784, 1000, 500, 250, 2))
    assert drawing.data["width"].tolist() == [784, 1000, 500, 250, 2, 250, 500, 1000, 784]
    assert drawing.data["part"].tolist() == ["encoder"] * 4 + ["latent"] + ["decoder"] * 4
    written = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert [text for text in written if text.isdigit()] == list(map(str, drawing.data["width"]))


def test_a_network_without_hidden_layers_is_drawn() -> None:
    assert autoencoder((101, 2)).data["width"].tolist() == [101, 2, 101]


@pytest.mark.parametrize("widths", [(), (5,), (101, 0, 2)])
def test_widths_that_are_no_network(widths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least input and latent layer, each of width 1"):
        autoencoder(widths)


def test_both_losses_lead_to_the_loss_that_is_minimised() -> None:
    data = topological_autoencoder().data
    ends = data.loc[data["to"].str.startswith("loss to minimise"), "from"].tolist()
    assert [end.split(" loss")[0] for end in ends] == ["reconstruction", "topological"]
    assert not data["from"].str.contains(r"[$\\\n]").any()


def test_no_text_leaves_its_box() -> None:
    figure = topological_autoencoder().figure
    figure.savefig(io.BytesIO(), format="png")
    panel = figure.axes[0]
    boxes = [
        patch.get_window_extent() for patch in panel.patches if isinstance(patch, FancyBboxPatch)
    ]
    texts = [text.get_window_extent() for text in panel.texts if text.get_text()]
    assert len(boxes) == len(texts) == 10
    for text, box in zip(texts, boxes, strict=True):
        assert box.x0 < text.x0 and text.x1 < box.x1
        assert box.y0 < text.y0 and text.y1 < box.y1
