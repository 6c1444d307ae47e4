import { execFileSync } from 'node:child_process'
import { ROOT, start, type Child } from './child.ts'
import { CommandHosts } from './command-host.ts'
import { isShared, sharedByFile, onCleanup } from './lifetime.ts'
import { requireTool, skipped } from './tools.ts'
import { withJson, type Run } from './udptool.ts'

let hosts = 0

/** Whether this process may make network namespaces. If not, prints the reason; with CI set, throws. */
export function requireNamespaces(): boolean {
  if (!requireTool('ip') || !requireTool('nft')) return false
  const name = `udptool-${process.pid}-try`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' })
    execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' })
    return true
  } catch (error) {
    return skipped(`network namespaces cannot be made (${error instanceof Error ? error.message.trim() : 'no reason'})`)
  }
}

/** A network namespace. It is deleted with the test, or after the last test that uses it (`shared`). */
export class Host {
  readonly name = `udptool-${process.pid}-${hosts++}`
  readonly #isShared = isShared()
  readonly #commands = new CommandHosts(['ip', 'netns', 'exec', this.name])

  constructor() {
    execFileSync('ip', ['netns', 'add', this.name])
    onCleanup(async () => {
      await this.#commands.end()
      execFileSync('ip', ['netns', 'del', this.name])
    })
    // With duplicate address detection, an IPv6 address cannot be used for a second.
    this.run('sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0', 'net.ipv6.conf.all.accept_dad=0')
    this.ip('link set lo up')
  }

  /** Runs `ip` in the namespace, its arguments separated by spaces. */
  ip(words: string): void {
    execFileSync('ip', ['-n', this.name, ...words.split(' ')])
  }

  /** Runs a command to its end. Returns its output. */
  run(command: string, ...args: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name, command, ...args], { encoding: 'utf8' })
  }

  start(command: string, ...args: readonly string[]): Child {
    return start('ip', ['netns', 'exec', this.name, command, ...args])
  }

  /** Starts a Python program of test/helpers/peers, which ends with its host. Resolves when it has printed its first line. */
  async peer(name: string, ...args: readonly string[]): Promise<Child> {
    const command = ['netns', 'exec', this.name, 'python3', `${ROOT}test/helpers/peers/${name}.py`, ...args]
    const child = start('ip', command, { stdin: 'socket' })
    onCleanup(async () => await child[Symbol.asyncDispose]())
    await child.waitFor('stdout', /\n/)
    return child
  }

  /** Loads nftables rules. They are removed with the test. */
  filter(rules: string): void {
    execFileSync('ip', ['netns', 'exec', this.name, 'nft', '-f', '-'], { input: rules })
    if (this.#isShared) onCleanup(() => void this.run('nft', 'flush', 'ruleset'))
  }

  /** The number of packets of a named counter in table `inet t`. */
  counted(counter: string): number {
    const packets = /packets (\d+)/.exec(this.run('nft', 'list', 'counter', 'inet', 't', counter))?.[1]
    if (packets === undefined) throw new Error(`nft lists no counter ${counter}`)
    return Number(packets)
  }

  /** A counter of /proc/net/snmp. */
  snmp(protocol: string, counter: string): number {
    const [names = '', values = ''] = this.run('cat', '/proc/net/snmp')
      .split('\n')
      .filter(line => line.startsWith(`${protocol}: `))
    const value = values.split(' ')[names.split(' ').indexOf(counter)]
    if (value === undefined) throw new Error(`the kernel has no counter ${protocol} ${counter}`)
    return Number(value)
  }

  /** Starts a command line of udptool in a command host of this namespace, if the test does not depend on a process of its own. */
  startHosted(...args: readonly string[]): Child {
    return this.#commands.start(args)
  }

  /** Runs a command line of udptool to its end in a command host. */
  async udptool(...args: readonly string[]): Promise<Run> {
    return withJson(await this.startHosted(...args).finished)
  }

  /** Starts a server of udptool without a rate cap. Ends with its host. Resolves when it is ready. */
  async serve(...args: readonly string[]): Promise<Child> {
    return await this.serveCapped('--max-rate-per-source', '1Gpps', ...args)
  }

  /** Starts a server of udptool with the default caps, or with those in `args`. Ends with its host. Resolves when it is ready. */
  async serveCapped(...args: readonly string[]): Promise<Child> {
    const child = this.startHosted('serve', '--public', ...args)
    onCleanup(async () => {
      child.signal('SIGTERM')
      await child.finished
    })
    await child.waitFor('stdout', /listening.+\n/)
    return child
  }
}

/** Connects two hosts by a veth pair: for each host, the name of its device and the addresses of the device. */
export function connectHosts(
  one: Host,
  other: Host,
  [oneDevice, ...oneOwn]: readonly string[],
  [otherDevice, ...otherOwn]: readonly string[],
): void {
  one.ip(`link add ${oneDevice} type veth peer name ${otherDevice} netns ${other.name}`)
  for (const [host, device, own] of [
    [one, oneDevice, oneOwn],
    [other, otherDevice, otherOwn],
  ] as const) {
    for (const address of own) host.ip(`addr add ${address} dev ${device}`)
    host.ip(`link set ${device} up`)
  }
}

export interface Path {
  readonly client: Host
  readonly router: Host
  readonly server: Host
}

/**
 * A client and a server with a router between them: 10.1.0.1 – 10.1.0.254 | 10.2.0.254 – 10.2.0.1 (and 10.2.0.2), over IPv6 fd01:: and
 * fd02:: with the same last digits. `mtu` is the MTU of the server's link, `near` that of the client's.
 */
export function openPath(mtu = 1500, near = 1500): Path {
  const [client, router, server] = [new Host(), new Host(), new Host()]
  router.run(
    'sysctl',
    '-qw',
    'net.ipv4.ip_forward=1',
    'net.ipv6.conf.all.forwarding=1',
    'net.ipv6.conf.default.forwarding=1',
  )
  connectHosts(client, router, ['c0', '10.1.0.1/24', 'fd01::1/64'], ['r0', '10.1.0.254/24', 'fd01::254/64'])
  connectHosts(
    router,
    server,
    ['r1', '10.2.0.254/24', 'fd02::254/64'],
    ['s0', '10.2.0.1/24', '10.2.0.2/24', 'fd02::1/64', 'fd02::2/64'],
  )
  client.ip(`link set c0 mtu ${near}`)
  router.ip(`link set r0 mtu ${near}`)
  router.ip(`link set r1 mtu ${mtu}`)
  server.ip(`link set s0 mtu ${mtu}`)
  // An interface with an MTU below 1280 has no IPv6 (RFC 8200 section 5).
  for (const version of mtu < 1280 ? ['-4'] : ['-4', '-6']) {
    const [toClient, toServer] = version === '-4' ? ['10.1.0.254', '10.2.0.254'] : ['fd01::254', 'fd02::254']
    client.ip(`${version} route add default via ${toClient}`)
    server.ip(`${version} route add default via ${toServer}`)
  }
  return { client, router, server }
}

const paths = new Map<string, Path>()

/**
 * The same path for several tests of a file. Servers, filters and the kernels' cached path MTUs are removed with each test. The kernels'
 * counters and ICMP rate limits are not reset.
 */
export function sharedPath(mtu = 1500, near = 1500): Path {
  const name = `${mtu} ${near}`
  const path = paths.get(name) ?? sharedByFile(() => openPath(mtu, near))
  paths.set(name, path)
  onCleanup(() => {
    for (const host of [path.client, path.server])
      for (const version of ['-4', '-6']) host.ip(`${version} route flush cache`)
  })
  return path
}

export interface LongPath extends Path {
  readonly second: Host
}

/**
 * A client and a server with two routers between them: 10.1.0.1 – 10.1.0.254 (router) 10.3.0.1 – 10.3.0.2 (second) 10.2.0.254 – 10.2.0.1,
 * over IPv6 fd01::, fd03:: and fd02:: with the same last digits. `mtu` is the MTU of the link between the routers, `near` of the client's.
 */
export function openLongPath(mtu = 1500, near = 1500): LongPath {
  const [client, router, second, server] = [new Host(), new Host(), new Host(), new Host()]
  for (const host of [router, second]) {
    host.run(
      'sysctl',
      '-qw',
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'net.ipv6.conf.default.forwarding=1',
    )
  }
  connectHosts(client, router, ['c0', '10.1.0.1/24', 'fd01::1/64'], ['r0', '10.1.0.254/24', 'fd01::254/64'])
  connectHosts(router, second, ['r1', '10.3.0.1/24', 'fd03::1/64'], ['t0', '10.3.0.2/24', 'fd03::2/64'])
  connectHosts(second, server, ['t1', '10.2.0.254/24', 'fd02::254/64'], ['s0', '10.2.0.1/24', 'fd02::1/64'])
  for (const [host, device, size] of [
    [client, 'c0', near],
    [router, 'r0', near],
    [router, 'r1', mtu],
    [second, 't0', mtu],
  ] as const) {
    host.ip(`link set ${device} mtu ${size}`)
  }
  for (const [version, toClient, toSecond, toRouter, toServer] of [
    ['-4', '10.1.0.254', '10.3.0.2', '10.3.0.1', '10.2.0.254'],
    ['-6', 'fd01::254', 'fd03::2', 'fd03::1', 'fd02::254'],
  ]) {
    client.ip(`${version} route add default via ${toClient}`)
    router.ip(`${version} route add default via ${toSecond}`)
    second.ip(`${version} route add default via ${toRouter}`)
    server.ip(`${version} route add default via ${toServer}`)
  }
  return { client, router, second, server }
}
