import { formatSize } from '../../base/size.ts'
import type { Finding } from '../../verdict/doctor.ts'
import { readSetting, type HostReader } from './host-reader.ts'

/** Report a use above this share of a limit. */
const NEARLY_FULL = 0.8

/** Reassembly of fragments and connection tracking on this host, and how close they are to their limits. */
export function fragments(host: HostReader): Finding[] {
  return [...conntrack(host), ...reassembly(host), ...pathMtu(host)]
}

function conntrack(host: HostReader): Finding[] {
  const [count, most] = ['count', 'max'].map(name => readSetting(host, `net.netfilter.nf_conntrack_${name}`))
  if (count === undefined || most === undefined) {
    if (host.list('/proc/sys/net').length === 0) return []
    return [
      {
        id: 'conntrack',
        level: 'ok',
        what: 'conntrack is not in use: no flow is tracked, and only fragments for this host itself are reassembled',
      },
    ]
  }
  const timeout = readSetting(host, 'net.netfilter.nf_conntrack_udp_timeout')
  const flow = readSetting(host, 'net.netfilter.nf_conntrack_udp_timeout_stream')
  const what = `conntrack tracks ${count} of at most ${most} flows`
  const full = count > most * NEARLY_FULL
  return [
    full
      ? {
          id: 'conntrack',
          level: 'warn',
          what,
          cost: 'once it is full, the first datagram of every new flow is dropped (dmesg: table full, dropping packet)',
          fix: `sudo sysctl -w net.netfilter.nf_conntrack_max=${most * 2}`,
        }
      : {
          id: 'conntrack',
          level: 'ok',
          what: `${what}; where its hooks are in use it also reassembles fragments (nf_defrag)`,
        },
    ...(timeout === undefined || flow === undefined
      ? []
      : [
          {
            id: 'conntrack.timeout',
            level: 'note' as const,
            what: `conntrack drops a UDP flow after ${timeout} s without a datagram, after ${flow} s if both sides have sent`,
            cost: 'behind a NAT or a stateful firewall of this host, later datagrams are dropped or get another port',
            fix: `send a datagram more often than that, or sudo sysctl -w net.netfilter.nf_conntrack_udp_timeout_stream=${Math.max(300, flow)}`,
          },
        ]),
  ]
}

function reassembly(host: HostReader): Finding[] {
  const most = readSetting(host, 'net.ipv4.ipfrag_high_thresh')
  const seconds = readSetting(host, 'net.ipv4.ipfrag_time')
  const counters = host.counters()
  const [waiting, memory] = [counters.get('FRAG.inuse'), counters.get('FRAG.memory')]
  if (most === undefined || waiting === undefined || memory === undefined) return []
  const what = `${waiting} datagrams wait for fragments, which take ${formatSize(memory)} of ${formatSize(most)}`
  if (memory <= most * NEARLY_FULL) return [{ id: 'reassembly', level: 'ok', what }]
  return [
    {
      id: 'reassembly',
      level: 'warn',
      what,
      cost: `above the limit fragments and their datagrams are dropped; a datagram with a lost fragment is kept for ${seconds ?? 30} s`,
      fix: `sudo sysctl -w net.ipv4.ipfrag_high_thresh=${most * 4}, or send datagrams that fit one packet`,
    },
  ]
}

function pathMtu(host: HostReader): Finding[] {
  const mode = readSetting(host, 'net.ipv4.ip_no_pmtu_disc')
  if (mode === undefined) return []
  if (mode === 0)
    return [
      {
        id: 'pathMtu',
        level: 'ok',
        what: 'this host learns the MTU of a path from ICMP (net.ipv4.ip_no_pmtu_disc is 0)',
      },
    ]
  return [
    {
      id: 'pathMtu',
      level: 'note',
      what: `this host does not learn the MTU of a path by itself (net.ipv4.ip_no_pmtu_disc is ${mode})`,
      cost: 'routers fragment datagrams that are too large for the path, or drop them',
      fix: 'sudo sysctl -w net.ipv4.ip_no_pmtu_disc=0',
    },
  ]
}
