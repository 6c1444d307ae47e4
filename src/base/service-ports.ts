/**
 * Ports of services that answer any datagram, or amplify: SSDP, WS-Discovery, mDNS, memcached, game queries. Data from them, from the
 * well-known ports (below 1024: echo, chargen, DNS, NTP, …) or from port 0 could start a loop or be a reflection (CVE-2024-2169).
 */
const SERVICE_PORTS: ReadonlySet<number> = new Set([1900, 3702, 5353, 11211, 27015])
const WELL_KNOWN_PORTS = 1024

/** Whether this is likely the port of a service that would answer an answer. */
export function isServicePort(port: number): boolean {
  return port < WELL_KNOWN_PORTS || SERVICE_PORTS.has(port)
}
