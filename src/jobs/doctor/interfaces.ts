import { fragmentCount, largestWhole, LEAST_IPV6_MTU } from '../../base/fragments.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import type { Finding } from '../../verdict/doctor.ts'
import { readCount, type HostReader } from './host-reader.ts'

/** The payload size of the example in the finding. */
const EXAMPLE = 4000
/** Counters of an interface for lost packets. */
const LOST = ['rx_dropped', 'rx_errors', 'tx_dropped', 'tx_errors'] as const

/** The interfaces that are up: the largest datagram in one packet, and lost packets. */
export function interfaces(host: HostReader): Finding[] {
  const up = host.list('/sys/class/net').filter(name => isUp(host, name))
  return [...up.flatMap(name => [...mtu(host, name), ...lost(host, name)]), ...ipv6(host)]
}

/** IFF_UP is the lowest bit of the flags (linux/if.h). */
function isUp(host: HostReader, name: string): boolean {
  const flags = Number(host.read(`/sys/class/net/${name}/flags`) ?? 0)
  return (flags & 1) === 1 && addressed(host, name)
}

function addressed(host: HostReader, name: string): boolean {
  return host.addresses()?.some(one => one.name === name) ?? true
}

function mtu(host: HostReader, name: string): Finding[] {
  const bytes = readCount(host, `/sys/class/net/${name}/mtu`)
  if (bytes === undefined) return []
  const four = Math.min(LARGEST_PAYLOAD.udp4, largestWhole(bytes, 'udp4'))
  const six = largestWhole(bytes, 'udp6')
  const packets = fragmentCount(EXAMPLE, bytes, 'udp4')
  const example = packets === 1 ? '' : `; ${EXAMPLE} bytes leave as ${packets} fragments`
  const what = `${name} has MTU ${bytes}: up to ${four} bytes leave in one packet over IPv4, ${six} over IPv6${example}`
  if (bytes >= LEAST_IPV6_MTU) return [{ id: `mtu:${name}`, level: 'ok', what }]
  return [
    {
      id: `mtu:${name}`,
      level: 'warn',
      what,
      cost: `IPv6 needs ${LEAST_IPV6_MTU} and does not work there`,
      fix: `sudo ip link set ${name} mtu 1500, if the link carries it`,
    },
  ]
}

function lost(host: HostReader, name: string): Finding[] {
  const counts = LOST.map(
    counter => [counter, readCount(host, `/sys/class/net/${name}/statistics/${counter}`) ?? 0] as const,
  )
  const nonZero = counts.filter(([, count]) => count > 0)
  if (nonZero.length === 0) return []
  return [
    {
      id: `drops:${name}`,
      level: 'note',
      what: `${name} has counted ${nonZero.map(([counter, count]) => `${count} ${counter}`).join(', ')} since it was created`,
      cost: 'they are lost, or belong to a protocol that this host does not use',
      fix: `ip -s -s link show ${name} shows more; if rx_dropped grows under load: sudo sysctl -w net.core.netdev_max_backlog=5000`,
    },
  ]
}

function ipv6(host: HostReader): Finding[] {
  const addresses = host.addresses()
  if (addresses === undefined) return []
  const own = addresses.filter(({ family, internal }) => family === 'IPv6' && !internal)
  if (own.length > 0)
    return [{ id: 'ipv6', level: 'ok', what: `IPv6 addresses on ${[...new Set(own.map(one => one.name))].join(', ')}` }]
  const loopback = addresses.some(({ family }) => family === 'IPv6')
  return [
    {
      id: 'ipv6',
      level: 'note',
      what: loopback ? 'IPv6 addresses on loopback only' : 'this host has no IPv6',
      cost: loopback ? 'other hosts cannot be reached over IPv6' : 'nothing can be sent or tested over IPv6',
      fix: 'sysctl net.ipv6.conf.all.disable_ipv6 shows whether it is turned off',
    },
  ]
}
