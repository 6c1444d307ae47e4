// A network of three namespaces, client – router – server, with what limits it: built with tc and nft, whose counters are the truth.
import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { UDPTOOL } from '../programs.mjs'

const SERVER = '10.2.0.1'
const PORT = 9000
/** Bytes of an Ethernet header, which tbf counts and RFC 9097 does not. */
export const ETHERNET = 14
/** Bytes of the headers of IPv4 and UDP. */
export const HEADERS = 28

let networks = 0
const open = new Set()
process.on('exit', () => {
  for (const network of open) network.close()
})

export class Network {
  #name = `rate-${process.pid}-${networks++}`
  #children = new Set()
  #toggle

  constructor(topology) {
    this.topology = topology
    open.add(this)
    for (const host of ['c', 'r', 's']) sh('ip', 'netns', 'add', this.host(host))
    const mtu = topology.mtu ?? 1500
    this.run('r', 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
    this.#connect('c', 'c0', '10.1.0.1/24', 'r', 'r0', '10.1.0.254/24', mtu)
    this.#connect('r', 'r1', '10.2.0.254/24', 's', 's0', `${SERVER}/24`, mtu)
    for (const host of ['c', 's']) {
      this.run(host, 'ip', 'link', 'set', 'lo', 'up')
      this.run(host, 'ip', 'route', 'add', 'default', 'via', host === 'c' ? '10.1.0.254' : '10.2.0.254')
    }
    for (const limit of topology.limits) this.#limit(limit)
  }

  host(letter) {
    return `${this.#name}-${letter}`
  }

  run(host, ...words) {
    return sh('ip', 'netns', 'exec', this.host(host), ...words)
  }

  /** Starts a program in a host. Ends with the network. */
  start(host, command, args, options) {
    const child = spawn('ip', ['netns', 'exec', this.host(host), command, ...args.map(String)], options)
    this.#children.add(child)
    child.on('exit', () => this.#children.delete(child))
    return child
  }

  /** Starts the server of the topology. Resolves with its address when it answers. */
  async serve() {
    const { server = {} } = this.topology
    const child =
      server.kind === 'python'
        ? this.#python(server)
        : this.start('s', process.execPath, [UDPTOOL, ...serverArgs(server)], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve)
      child.once('exit', () => reject(new Error('the server ended before it was ready')))
    })
    child.stdout.resume()
    if (server.stop) this.#stopNowAndThen(child, server.stop)
    return `${SERVER}:${PORT}`
  }

  /** What the limits have counted themselves. */
  counters() {
    return this.topology.limits.map(({ kind, place }) => {
      if (kind !== 'tbf') {
        const [host] = where(place)
        const text = this.run(host, 'nft', 'list', 'table', 'inet', `t${place}`)
        const all = [...text.matchAll(/packets (\d+) bytes (\d+)/g)].map(([, packets, bytes]) => ({
          packets: Number(packets),
          bytes: Number(bytes),
        }))
        const [came, dropped] = all
        return { place, came: came.packets, cameBytes: came.bytes, dropped: dropped.packets }
      }
      const [host, device] = where(place)
      const text = this.run(host, 'tc', '-s', 'qdisc', 'show', 'dev', device)
      const [, bytes, packets, dropped] = /Sent (\d+) bytes (\d+) pkt \(dropped (\d+)/.exec(text)
      return { place, passed: Number(packets), passedBytes: Number(bytes), dropped: Number(dropped) }
    })
  }

  close() {
    clearTimeout(this.#toggle)
    for (const child of this.#children) child.kill('SIGKILL')
    for (const host of ['c', 'r', 's']) {
      try {
        sh('ip', 'netns', 'del', this.host(host))
      } catch {
        // The constructor failed before it was made.
      }
    }
    open.delete(this)
  }

  #connect(one, oneDevice, oneAddress, other, otherDevice, otherAddress, mtu) {
    sh(
      'ip',
      ...`-n ${this.host(one)} link add ${oneDevice} type veth peer name ${otherDevice} netns ${this.host(other)}`.split(
        ' ',
      ),
    )
    for (const [host, device, address] of [
      [one, oneDevice, oneAddress],
      [other, otherDevice, otherAddress],
    ]) {
      sh('ip', '-n', this.host(host), 'addr', 'add', address, 'dev', device)
      sh('ip', '-n', this.host(host), 'link', 'set', device, 'mtu', String(mtu), 'up')
    }
  }

  #limit(limit) {
    const [host, device, from] = where(limit.place)
    if (limit.kind === 'tbf') {
      const { rate, burst, queueMs } = limit
      const bytes = Math.max(Math.round((rate / 8) * (queueMs / 1e3)), 3000)
      const tbf = `root tbf rate ${rate}bit burst ${burst} limit ${bytes}`
      this.run(host, 'tc', 'qdisc', 'add', 'dev', device, ...tbf.split(' '))
      return
    }
    const statement = {
      packets: ({ rate, burst }) => `limit rate over ${rate}/second burst ${burst} packets`,
      bytes: ({ rate, burst }) => `limit rate over ${rate} bytes/second burst ${burst} bytes`,
      random: ({ share }) => `numgen random mod 10000 < ${Math.round(share * 10_000)}`,
      periodic: ({ every }) => `numgen inc mod ${every} 0`,
    }[limit.kind](limit)
    const rule = `iifname "${from}" udp dport > 0 counter ${statement} counter drop`
    execFileSync('ip', ['netns', 'exec', this.host(host), 'nft', '-f', '-'], {
      input: `table inet t${limit.place} { chain f { type filter hook forward priority 0; ${rule}; }; }\n`,
      encoding: 'utf8',
    })
  }

  #python({ recvBuffer = 4 * 1024 * 1024 }) {
    const echo = fileURLToPath(new URL('../../test/helpers/peers/echo.py', import.meta.url))
    const args = [echo, '--host', SERVER, '--port', PORT, '--recv-buffer', recvBuffer]
    return this.start('s', 'python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  }

  /** Stops the server for `off` ms after each `on` ms in which it runs. */
  #stopNowAndThen(child, { on, off }) {
    let isStopped = false
    const turn = () => {
      isStopped = !isStopped
      child.kill(isStopped ? 'SIGSTOP' : 'SIGCONT')
      this.#toggle = setTimeout(turn, isStopped ? off : on)
    }
    turn()
  }
}

function serverArgs({ engine = 'auto', recvBuffer, cap = '1Gpps' }) {
  return [
    ...`serve --public --host ${SERVER} --port ${PORT} --engine ${engine}`.split(' '),
    ...(cap === 'default' ? [] : ['--max-rate-per-source', cap]),
    ...(recvBuffer === undefined ? [] : ['--recv-buffer', recvBuffer]),
  ]
}

/** The host of a limit, the device that tbf is set on, and the device that datagrams come from. */
function where(place) {
  return { forward: ['r', 'r1', 'r0'], return: ['r', 'r0', 'r1'], own: ['c', 'c0', ''] }[place]
}

function sh(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
