"""The server as a messenger: requests to our own network are refused, whatever they are called."""

import socket

import pytest

from core.background import http as client
from core.background.reachable import allowed_addresses, use_http
from core.config import Http, load_settings
from core.errors import ConfigError, UserError

INSIDE = [
    "127.0.0.1",
    "0177.0.0.1",
    "0x7f.1",
    "127.1",
    "2130706433",
    "0.0.0.0",
    "localhost",
    "LOCALHOST.",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
]


@pytest.fixture
def closed():
    use_http(Http())


@pytest.mark.attack(35)
@pytest.mark.parametrize("host", ["1.1.1.1", "8.8.8.8", "[2606:4700:4700::1111]"])
def test_an_address_of_the_public_network_is_not_refused(closed, host):
    assert allowed_addresses(host, 443) == [host.strip("[]")]


@pytest.mark.attack(35)
@pytest.mark.parametrize("host", ["169.254.169.254", "0177.0.0.2", "[::1]"])
def test_a_redirect_to_our_own_network_is_not_followed(http, host):
    http.will_answer(302, Location=f"http://{host}/latest/meta-data")
    assert client.get(http.url).status == 302
    assert len(http.sent) == 1


@pytest.mark.attack(35)
def test_a_name_that_means_something_else_a_moment_later_is_asked_once(http, monkeypatch):
    """The resolver is the attacker's: the second answer would lead to another server."""
    asked = []
    real = socket.getaddrinfo
    port = http.url.rpartition(":")[2]

    def rebinding(host, *args, **kwargs):
        if host == "rebinding.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.66"
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert client.get(f"http://rebinding.example:{port}/").is_ok
    assert asked == ["rebinding.example"]
    with pytest.raises(UserError, match="within this network"):
        client.get(f"http://rebinding.example:{port}/")
    assert len(http.sent) == 1


@pytest.mark.attack(35)
def test_a_host_with_one_address_inside_is_refused_as_a_whole(closed, monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in ("1.1.1.1", "::1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(UserError, match="within this network"):
        client.get("http://both.example/")


def test_networks_and_names_are_allowed_by_the_settings():
    allowed = load_settings(None, {"KARVON_HTTP__ALLOW": "10.0.0.0/8, fd00::/8 localhost"})
    use_http(allowed.http)
    assert allowed_addresses("10.2.3.4", 80) == ["10.2.3.4"]
    assert allowed_addresses("::ffff:10.2.3.4", 80) == ["::ffff:10.2.3.4"]
    assert allowed_addresses("fd12::1", 80) == ["fd12::1"]
    assert allowed_addresses("localhost", 80)
    with pytest.raises(UserError):
        allowed_addresses("11.2.3.4.", 80) and allowed_addresses("127.0.0.1", 80)
    use_http(Http())


@pytest.mark.parametrize("value", ["10.0.0.0/99", "a b/c", "*"])
def test_what_is_no_server_is_named_by_the_settings(value):
    with pytest.raises(ConfigError, match="KARVON_HTTP__ALLOW must be"):
        load_settings(None, {"KARVON_HTTP__ALLOW": value})
