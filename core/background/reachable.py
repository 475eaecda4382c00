"""Which servers may be asked: those of the public network, and what `[http] allow` names."""

import ipaddress
import socket

from core.config import Http
from core.errors import UserError
from core.i18n import _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Ranges of IPv6 that carry an address of IPv4 in their last 32 bits.
CARRIERS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))

_used = {"http": Http()}


def use_http(settings: Http) -> None:
    """Let this process ask the servers that the settings allow."""
    _used["http"] = settings


def allowed_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, to connect to one of them and to none else. Raises `UserError` when
    one of them lies within our own network, and OSError when there are none.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("no name of a host") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if name not in _used["http"].allow and not all(map(_is_allowed, addresses)):
        raise UserError(
            _(
                "The server %(host)s lies within this network and is not asked:"
                " name it in [http] allow if it may be.",
                host=host,
            )
        )
    return addresses


def is_number(host: str) -> bool:
    """Whether the host is an address, however it is written, and needs no looking up."""
    try:
        socket.getaddrinfo(host.strip("[]").rstrip("."), 0, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return True


def _is_allowed(written: str) -> bool:
    address = _meant(ipaddress.ip_address(written))
    return is_public(address) or any(
        address in network for network in map(_network, _used["http"].allow) if network
    )


def is_public(address: Address) -> bool:
    """Whether the address belongs to the public network and to one machine of it."""
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _meant(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 stands for, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if carried := address.ipv4_mapped or address.sixtofour or address.teredo:
        return carried[1] if isinstance(carried, tuple) else carried
    is_own = address.is_loopback or address.is_unspecified
    if not is_own and any(address in network for network in CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _network(allowed: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(allowed)
    except ValueError:
        return None  # the name of a host
