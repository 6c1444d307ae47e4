"""Which addresses a list of networks allows, by Python's ipaddress.

Reads lines of JSON {"networks": [...], "address": "...", "port": N} and prints for each whether a stranger may have the address probed:
it is in a network of its IP version, is no multicast, broadcast, "this network" or link-local address, and carries none of them inside
(6to4, the well-known prefix of translators, IPv4-compatible), and its port is no system port."""

import ipaddress
import json
import sys

THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
BROADCAST = ipaddress.ip_address("255.255.255.255")
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
COMPATIBLE = ipaddress.ip_network("::/96")


def is_forbidden(address):
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return True
    return address.version == 4 and (address in THIS_NETWORK or address == BROADCAST)


def embedded(address):
    if address.version == 4:
        return None
    if address.sixtofour is not None:
        return address.sixtofour
    if address in TRANSLATED or (address in COMPATIBLE and int(address) > 255):
        return ipaddress.ip_address(int(address) & 0xFFFFFFFF)
    return None


def is_allowed(networks, address, port):
    address = ipaddress.ip_address(address.split("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    inside = embedded(address)
    if port < 1024 or is_forbidden(address) or (inside is not None and is_forbidden(inside)):
        return False
    parsed = (ipaddress.ip_network(network, strict=False) for network in networks)
    return any(network.version == address.version and address in network for network in parsed)


print(json.dumps([is_allowed(**json.loads(line)) for line in sys.stdin]))
