// The server under load, in echoes per second. Both servers of a row get the same load, one after the other.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { limit, run, startServer, UDPTOOL } from '../programs.mjs'

const here = name => fileURLToPath(new URL(name, import.meta.url))
/** Datagrams in flight: single ones like the load of a few clients, trains enough to keep both ends busy. */
const WINDOW = 64
const TRAIN_WINDOW = 1024
const CLIENTS_WINDOW = 640
/**
 * The servers of a pair are measured alternately in this number of slices, because the speed of a virtual machine varies from second to
 * second.
 */
const SLICES = 4
/** A server that has just started or answered is not idle yet. */
const SETTLE_MS = 1000
/** A view is drawn twice a second. */
const SHARE_MS = 4000

const reflect = (...args) => startServer(process.execPath, [UDPTOOL, 'stamp', 'serve', '--port', '0', ...args])
const serve = (...args) => startServer(process.execPath, [UDPTOOL, 'serve', '--port', '0', ...args])
/** At a terminal of its own, and so in a session of its own, which the scheduler may prefer (sched(7), autogroup). */
const serveInTerminal = (...args) =>
  startServer('python3', [here('../in-terminal.py'), process.execPath, UDPTOOL, 'serve', '--port', '0', ...args])

/** The rows with their shared servers. Each server starts at its first use, and is idle while others are measured. */
export function echoRows(seconds) {
  const servers = new Map()
  const server = (name, start) => {
    if (!servers.has(name)) servers.set(name, start())
    return servers.get(name)
  }
  const ours = () => server('udptool', () => serve())
  const live = () => server('live', () => serveInTerminal('--live'))
  const plain = () => server('plain', () => serveInTerminal())
  const dgram = () => server('dgram', () => serve('--engine', 'dgram', '--mode', 'echo'))
  const stamp = () => server('stamp', () => reflect('--stateful'))
  const dgramStamp = () => server('dgram stamp', () => reflect('--engine', 'dgram', '--stateful'))
  const bare = () => server('bare', () => startServer(process.execPath, [here('../bare-echo.mjs')]))
  const python = () => server('python', () => startServer('python3', [here('../upper-echo.py')]))
  const singly = () => server('C', async () => startServer(await limit('echo'), ['64']))
  const trains = () => server('C trains', async () => startServer(await limit('echo'), ['2', 'trains']))

  const pair = async (one, other, size, window, ...how) => {
    const sides = [await one(), await other()]
    const sums = [0, 0]
    for (let turn = 0; turn < 2 * SLICES; turn++) {
      sums[turn % 2] += await load(sides[turn % 2], size, window, seconds / SLICES, ...how)
    }
    return sums.map(sum => sum / SLICES)
  }
  return [
    row('uppercase echo, 64 B', 'C, recvmmsg and sendmmsg', { least: 0.9 }, [], () => pair(ours, singly, 64, WINDOW)),
    ...[64, 512, 1200].map(size =>
      row(`uppercase echo, ${size} B, offload`, 'C, GRO and GSO', { least: 0.8 }, [], () =>
        pair(ours, trains, size, TRAIN_WINDOW, 'trains'),
      ),
    ),
    row('evidence in every probe, 1200 B, offload', 'our own plain echo', { least: 0.6 }, [], async () => [
      await load(await ours(), 1200, TRAIN_WINDOW, seconds, 'trains', 'probes'),
      await load(await ours(), 1200, TRAIN_WINDOW, seconds, 'trains'),
    ]),
    row('stamp serve --stateful, 44 B', 'our own plain echo', { least: 0.7 }, [], () =>
      pair(stamp, ours, 44, WINDOW, 'stamp'),
    ),
    row('stamp serve --stateful, 44 B, offload', 'our own plain echo', { least: 0.7 }, [], () =>
      pair(stamp, ours, 44, TRAIN_WINDOW, 'trains', 'stamp'),
    ),
    row('stamp serve --stateful, dgram engine, 44 B', 'our own plain echo', { least: 0.7 }, [], () =>
      pair(dgramStamp, dgram, 44, WINDOW, 'stamp'),
    ),
    // Sent one by one, both servers spend most of their time in the kernel, and the load is the bottleneck: even C is less than twice as
    // fast then.
    row('uppercase echo, 64 B, sent in trains', 'Python, recvfrom and sendto', { least: 2 }, ['python3'], () =>
      pair(ours, python, 64, WINDOW, 'trains'),
    ),
    row('uppercase echo, 64 B', 'Python, recvfrom and sendto', undefined, ['python3'], () =>
      pair(ours, python, 64, WINDOW),
    ),
    row('10 000 clients, 64 B', 'one client, the same load', { least: 0.8 }, [], async () => [
      await load(await ours(), 64, CLIENTS_WINDOW, seconds, 'clients=10000'),
      await load(await ours(), 64, CLIENTS_WINDOW, seconds, 'clients=1'),
    ]),
    row('serve --live, 16 clients, 64 B', 'without --live', undefined, ['python3'], () =>
      pair(live, plain, 64, WINDOW, 'clients=16'),
    ),
    row('serve --live, 16 clients, 64 B, offload', 'without --live', undefined, ['python3'], () =>
      pair(live, plain, 64, TRAIN_WINDOW, 'trains', 'clients=16'),
    ),
    // Nothing is done for a datagram, so what it takes without traffic is what it takes from the throughput.
    {
      name: 'serve --live, without traffic',
      against: 'the bound: 1 % of a core',
      unit: '%',
      target: { most: 1 },
      needs: ['python3'],
      async measure() {
        const { pid } = await live()
        await sleep(SETTLE_MS)
        return { ours: await cpuShare(childOf(pid)), theirs: 1 }
      },
    },
    row('dgram engine, echo, 64 B', 'a bare node:dgram loop', { least: 0.9 }, [], () => pair(dgram, bare, 64, WINDOW)),
  ]
}

/** CPU time of all threads of a process in a while, % of one core. */
async function cpuShare(pid) {
  const [before, began] = [cpuNanos(pid), performance.now()]
  await sleep(SHARE_MS)
  return (100 * (cpuNanos(pid) - before)) / 1e6 / (performance.now() - began)
}

function cpuNanos(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map(thread => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, nanos) => sum + nanos, 0)
}

function childOf(pid) {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

/** Replies per second of a server under load. */
async function load({ port }, size, window, seconds, ...how) {
  const [replies, took] = (await run(await limit('load'), [port, size, window, seconds, ...how])).split(' ').map(Number)
  return replies / took
}

function row(name, against, target, needs, measure) {
  return {
    name,
    against,
    unit: '/s',
    target,
    needs: ['gcc', ...needs],
    async measure() {
      const [ours, theirs] = await measure()
      return { ours, theirs }
    },
  }
}
