/**
 * Services that answer whatever they get, or amplify: SSDP, WS-Discovery, mDNS, memcached, game queries. Data from their ports, from the
 * well-known ports (below 1024: echo, chargen, DNS, NTP, …) or from port 0 could begin a loop or be a reflection (CVE-2024-2169).
 */
const SERVICE_PORTS: ReadonlySet<number> = new Set([1900, 3702, 5353, 11211, 27015])
const WELL_KNOWN_PORTS = 1024

/** Whether a service that may answer an answer is likely to have this port. */
export function isServicePort(port: number): boolean {
  return port < WELL_KNOWN_PORTS || SERVICE_PORTS.has(port)
}
