"""What was measured of a peer."""

from topo.peers import peer_value


def test_the_peer_keeps_none_of_the_loops_of_k4() -> None:
    assert peer_value("k4", "input", "loops_0.25") == 3
    assert peer_value("k4", "topoae_pp", "loops_0.25") == 3
    assert peer_value("k4", "topoae_pp", "loops_same") == 0
    # Not measured.
    assert peer_value("twist", "topoae_pp", "loops_same") is None
