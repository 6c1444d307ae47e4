import type { Host } from './namespace.ts'
import { startServiceServer, untilAnswered, type ServiceServer } from './service-servers.ts'

/** A question for the NS records of the root, which each server answers, be it by REFUSED. */
const ROOT_QUESTION = Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1])

export interface NameServer extends ServiceServer {
  readonly at: string
}

/** Where a name server is. */
export interface Place {
  readonly address: string
  readonly port: number
}

/** Starts unbound with these lines under `server:` and further clauses. It asks no other server unless they say so. */
export async function startUnbound(
  host: Host,
  { address, port }: Place,
  lines: readonly string[],
  clauses: readonly string[] = [],
): Promise<NameServer> {
  const config = [
    'server:',
    `interface: ${address}`,
    `port: ${port}`,
    'do-daemonize: no',
    'use-syslog: no',
    'logfile: ""',
    'chroot: ""',
    'username: ""',
    'pidfile: ""',
    'directory: "{folder}"',
    'num-threads: 1',
    'module-config: "iterator"',
    'access-control: 0.0.0.0/0 allow',
    'access-control: ::0/0 allow',
    'max-udp-size: 4096',
    'rrset-roundrobin: no',
    // Without this, unbound asks the servers of the root at its start.
    'local-zone: "." static',
    ...lines,
    'remote-control:',
    'control-enable: no',
    ...clauses,
  ]
  const server = await startServiceServer(host, {
    command: ['unbound', '-d', '-c', '{folder}/unbound.conf'],
    files: { 'unbound.conf': `${config.join('\n')}\n` },
    isUp: async () => await untilAnswered(host, address, port, ROOT_QUESTION),
  })
  return { ...server, at: placeText({ address, port }) }
}

/** Starts dnsmasq, which knows what the options say and nothing else. */
export async function startDnsmasq(
  host: Host,
  { address, port }: Place,
  options: readonly string[],
): Promise<NameServer> {
  const fixed = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    '--pid-file=',
  ]
  const server = await startServiceServer(host, {
    command: ['dnsmasq', ...fixed, '--bind-interfaces', `--listen-address=${address}`, `--port=${port}`, ...options],
    isUp: async () => await untilAnswered(host, address, port, ROOT_QUESTION),
  })
  return { ...server, at: placeText({ address, port }) }
}

function placeText({ address, port }: Place): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
