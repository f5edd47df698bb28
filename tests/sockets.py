"""What listens on this machine for a program and for all that it has started."""

from __future__ import annotations

from ipaddress import ip_address

import psutil


def listening(root: psutil.Process) -> set[tuple[str, str]]:
    """Program and address of every socket that takes connections."""
    found = set()
    for process in (root, *root.children(recursive=True)):
        try:
            connections = process.net_connections(kind="inet")
            open_ones = [each for each in connections if each.status == psutil.CONN_LISTEN]
            found |= {(_program(process), each.laddr.ip) for each in open_ones}
        except psutil.NoSuchProcess:  # a worker that has ended meanwhile
            continue
    return found


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches it; gRPC writes 127.0.0.1 as an address of version 6."""
    parsed = ip_address(address)
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback


def _program(process: psutil.Process) -> str:
    """Name of a program; Ray's Python programs call themselves by what they do."""
    title = (process.cmdline() or [""])[0]
    if title.endswith("Agent"):
        return title
    return "worker" if title.startswith("ray::") else process.name()
