import type { Finding } from '../../verdict/doctor.ts'
import { readSetting, type HostReader } from './host-reader.ts'

/** Clients with one socket each can soon use up fewer free ports. */
const FEW_PORTS = 10_000

/** Other limits of the kernel: ports for clients, asymmetric return paths, ICMP errors. */
export function limits(host: HostReader): Finding[] {
  return [...ports(host), ...returnPath(host), ...icmp(host)]
}

function ports(host: HostReader): Finding[] {
  const [first, last] = host.read('/proc/sys/net/ipv4/ip_local_port_range')?.split(/\s+/u).map(Number) ?? []
  if (first === undefined || last === undefined) return []
  const free = last - first + 1
  const what = `${free} ports are available to clients (net.ipv4.ip_local_port_range ${first} to ${last})`
  if (free >= FEW_PORTS) return [{ id: 'ports', level: 'ok', what }]
  return [
    {
      id: 'ports',
      level: 'note',
      what,
      cost: 'limits the sockets to one address without a chosen port (send --clients)',
      fix: 'sudo sysctl -w net.ipv4.ip_local_port_range="15000 60999"',
    },
  ]
}

/** Reverse-path filtering. The maximum of the setting for `all` and of the interface counts (ip-sysctl of the kernel). */
function returnPath(host: HostReader): Finding[] {
  const all = readSetting(host, 'net.ipv4.conf.all.rp_filter')
  if (all === undefined) return []
  const names = host.list('/proc/sys/net/ipv4/conf').filter(name => !['all', 'default', 'lo'].includes(name))
  const own = (name: string): number => Math.max(all, readSettingOf(host, name))
  const strict = names.filter(name => own(name) === 1)
  if (strict.length === 0)
    return [
      {
        id: 'returnPath',
        level: 'ok',
        what: 'no interface drops datagrams whose reply would leave by another interface (rp_filter)',
      },
    ]
  return [
    {
      id: 'returnPath',
      level: 'note',
      what: `rp_filter is strict on ${strict.join(', ')}: a datagram whose reply would leave by another interface is dropped`,
      cost: 'on a host with several networks, datagrams vanish without a counter of UDP (netstat -s: IPReversePathFilter)',
      fix: 'sudo sysctl -w net.ipv4.conf.all.rp_filter=2, if the two routes differ',
    },
  ]
}

/** Build the path here, because the name of an interface may have dots. */
function readSettingOf(host: HostReader, name: string): number {
  return Number(host.read(`/proc/sys/net/ipv4/conf/${name}/rp_filter`) ?? 0)
}

function icmp(host: HostReader): Finding[] {
  const each = readSetting(host, 'net.ipv4.icmp_ratelimit')
  const all = readSetting(host, 'net.ipv4.icmp_msgs_per_sec')
  if (each === undefined) return []
  const total = all === undefined ? '' : `, and at most ${all} a second in all`
  if (each === 0)
    return [{ id: 'icmpErrors', level: 'ok', what: `this host does not limit ICMP errors to one address${total}` }]
  return [
    {
      id: 'icmpErrors',
      level: 'note',
      what: `this host sends an address at most one ICMP error every ${each} ms${total} (net.ipv4.icmp_ratelimit)`,
      cost: 'faster senders to a closed port here get an ICMP error for some of the datagrams only',
      fix: 'nothing to fix. For a test: sudo sysctl -w net.ipv4.icmp_ratelimit=0',
    },
  ]
}
