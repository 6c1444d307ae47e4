// The round trips of udptool ping and of the system's ping(8), on loopback and, as root, over a veth pair between two network namespaces.
import { execFileSync } from 'node:child_process'
import { run, startServer, UDPTOOL } from '../programs.mjs'
import { median } from '../rounds.mjs'

const COUNT = 100
const INTERVAL_S = 0.02
const SIZE = 128
const ANYWHERE = { core: 'any' }
const PORT = 9000
const [CLIENT, SERVER] = [`udptool-bench-${process.pid}-c`, `udptool-bench-${process.pid}-s`]
const [CLIENT_ADDRESS, SERVER_ADDRESS] = ['10.77.0.1', '10.77.0.2']

export function pingRows() {
  const loopback = { name: 'ping, loopback, median', address: '127.0.0.1', client: [], server: [], open: () => {} }
  const veth = {
    name: 'ping, veth, median',
    address: SERVER_ADDRESS,
    client: inside(CLIENT),
    server: inside(SERVER),
    open: openVeth,
  }
  return (process.getuid?.() === 0 ? [loopback, veth] : [loopback]).map(rowOf)
}

function rowOf({ name, address, client, server, open }) {
  let target
  const start = async () => {
    open()
    const args = ['serve', '--host', address, '--public', '--port', String(address === '127.0.0.1' ? 0 : PORT)]
    const [command, ...rest] = [...server, process.execPath, UDPTOOL, ...args]
    const given = address === '127.0.0.1' ? {} : { port: PORT, wait: 3000 }
    const { port } = await startServer(command, rest, { ...given, ...ANYWHERE })
    return `${address}:${port}`
  }
  const within = async (command, ...args) => {
    const [first, ...rest] = [...client, command, ...args]
    return run(first, rest, ANYWHERE)
  }
  const flags = ['-c', COUNT, '-i', INTERVAL_S, '-s', SIZE]
  return {
    name,
    against: 'ping of the system, ICMP',
    unit: 's',
    needs: client.length === 0 ? ['ping'] : ['ping', 'ip'],
    async measure() {
      target ??= await start()
      const events = await within(process.execPath, UDPTOOL, 'ping', target, ...flags, '--json')
      const { result } = JSON.parse(events.trimEnd().split('\n').at(-1))
      const theirs = await within('ping', '-n', ...flags, address)
      const times = Array.from(theirs.matchAll(/ time=([\d.]+) ms$/gm), ([, ms]) => Number(ms))
      if (times.length === 0) throw new Error(`ping printed no time: ${theirs}`)
      return { ours: result.rtt.p50Ms / 1e3, theirs: median(times) / 1e3 }
    },
  }
}

function inside(name) {
  return ['ip', 'netns', 'exec', name]
}

function ip(words) {
  execFileSync('ip', words.split(' '))
}

/** Makes both namespaces. They are deleted when the benchmark ends. */
function openVeth() {
  process.on('exit', () => {
    for (const name of [CLIENT, SERVER]) ip(`netns del ${name}`)
  })
  for (const name of [CLIENT, SERVER]) ip(`netns add ${name}`)
  ip(`-n ${CLIENT} link add v0 type veth peer name v1 netns ${SERVER}`)
  for (const [name, device, address] of [
    [CLIENT, 'v0', CLIENT_ADDRESS],
    [SERVER, 'v1', SERVER_ADDRESS],
  ]) {
    ip(`-n ${name} addr add ${address}/24 dev ${device}`)
    ip(`-n ${name} link set ${device} up`)
  }
}
