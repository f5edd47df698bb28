"""Whether a Ray cluster can be used from here: asked in seconds, where Ray tries for minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flows.addresses import AddressError
from tasks.fanout import TRANSIENT
from tasks.unit import GPU_SHARE
from tasks.versions import REMEDY, describe_differences, installed_versions

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:/\[\]\s]+):(?P<port>\d{1,5})")
_HIGHEST_PORT = 65535

#: What a head answers to anybody who may ask at all.
_QUESTION = "/ray.rpc.NodeInfoGcsService/CheckAlive"
_ANSWER_SECONDS = 10.0

#: A node that is new to a job fetches its code and imports Ray first.
_NODE_SECONDS = 120.0

_TOKEN = "set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN_PATH to the file that has the cluster's token"


def check_address(address: str) -> None:
    """Refuse a ``RAY_ADDRESS`` that does not lead to a cluster which this machine belongs to.

    Raises
    ------
    AddressError
        Says what was found there and what to do.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"]) <= _HIGHEST_PORT:
        raise AddressError(
            f"RAY_ADDRESS must be HOST:PORT of a cluster's head, got {address!r}",
            "unset it to have a local Ray, or work on a machine of the cluster "
            "(docs/cluster.md shows how `ray start --address=HOST:PORT` makes this one such)",
        )
    _ask_head(address)
    _require_own_node(address)


def _ask_head(address: str) -> None:
    import grpc
    import ray
    from ray._private.grpc_utils import init_grpc_channel

    # Ray itself goes through no proxy either.
    with init_grpc_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            channel.unary_unary(_QUESTION)(b"", timeout=_ANSWER_SECONDS)
        except ray.exceptions.AuthenticationError as error:
            reason = str(error).partition(". ")[0]
            raise AddressError(
                f"no token for the Ray cluster at RAY_ADDRESS={address} ({reason})", _TOKEN
            ) from error
        except grpc.RpcError as error:
            raise _refusal(address, error) from error


def _refusal(address: str, error: Any) -> AddressError:
    """Say what went wrong, and what to do."""
    import grpc
    from ray._private.authentication.authentication_utils import is_token_auth_enabled

    code, reason = error.code(), str(error.details()).rpartition("last error: ")[2]
    if code is grpc.StatusCode.UNAUTHENTICATED:
        given = "another one" if is_token_auth_enabled() else "none"
        return AddressError(
            f"the Ray cluster at RAY_ADDRESS={address} asks for a token, got {given}", _TOKEN
        )
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        reason = f"no answer within {_ANSWER_SECONDS:g} s"
    if code is grpc.StatusCode.UNIMPLEMENTED:
        reason = "another program listens there"
    return AddressError(
        f"no Ray cluster answers at RAY_ADDRESS={address} ({reason.removeprefix('UNKNOWN: ')})",
        "start it, correct the address, or unset it to have a local one",
    )


def _require_own_node(address: str) -> None:
    """Refuse to drive from outside: Ray would look for a node on this machine for a minute."""
    from ray._private.services import find_node_ids
    from ray._raylet import GcsClient

    nodes = GcsClient(address=address).get_all_node_info(timeout=_ANSWER_SECONDS)
    if not find_node_ids() & {node_id.hex() for node_id in nodes}:
        raise AddressError(
            f"this machine is no node of the Ray cluster at RAY_ADDRESS={address}",
            "work on one of its machines, or join it with "
            f"`ray start --address={address} --temp-dir=...`, as docs/cluster.md shows",
        )


def check_nodes() -> None:
    """Refuse a cluster whose nodes have other packages, or another arithmetic, than this process.

    Raises
    ------
    RuntimeError
        Names every such node, what differs, and what to do.
    """
    expected = installed_versions()
    lines = [
        f"  node {name} has {differences}"
        for name, found in _versions_of_nodes()
        if (differences := describe_differences(found, expected))
    ]
    if lines:
        raise RuntimeError(
            "the Ray cluster differs from this machine, and so might the results:\n"
            + "\n".join(lines)
            + f"\n{REMEDY}"
        )


def _versions_of_nodes() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what every node has, asked on each of them."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    ask = ray.remote(installed_versions)
    asked = {}
    for node in ray.nodes():
        if node["Alive"]:
            place = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            name = f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})"
            task = ask.options(num_cpus=0, max_retries=0, scheduling_strategy=place)
            asked[task.remote()] = name
    for answer, name in asked.items():
        try:
            yield name, ray.get(answer, timeout=_NODE_SECONDS)
        except ray.exceptions.GetTimeoutError as error:
            raise RuntimeError(
                f"node {name} of the Ray cluster started no worker within {_NODE_SECONDS:g} s: "
                "look at its logs, or take it out of the cluster"
            ) from error
        except (*TRANSIENT, ray.exceptions.TaskUnschedulableError):
            continue  # the node has left


def check_device(device: str) -> None:
    """Refuse a cluster that has no GPU where one is asked for.

    Raises
    ------
    RuntimeError
        Says what the cluster has and what to do.
    """
    import ray

    if device == "cpu":
        return
    resources = ray.cluster_resources()
    if resources.get("GPU", 0.0) < GPU_SHARE:
        raise RuntimeError(
            f"--device {device} needs a Ray cluster with a GPU, this one has "
            f"{resources.get('CPU', 0.0):g} cores and no GPU: add a node that has one, "
            "or use --device cpu"
        )
