"""A port of this machine that nobody listens on."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])
