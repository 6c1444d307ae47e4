// Random topologies, each with what a search for its rate must find. The same seed and number give the same topology.
import { ETHERNET, HEADERS } from './network.mjs'

/** One of each round, in an order of the round. */
const KINDS = (
  'shaperForward shaperForward shaperReturn shaperReturn shaperBoth shaperOwn shaperLossy shaperForeign ' +
  'policerPackets policerPackets policerBytes policerBytes policerLossy policerForeign ' +
  'serverStopped serverTiny serverCap foreignStopped none random periodic'
).split(' ')

/** Topology `number` of those with `seed`. */
export function topologyOf(seed, number) {
  const round = Math.floor(number / KINDS.length)
  const order = shuffled(KINDS, randomOf(seed, round, 1))
  const name = order[number % KINDS.length]
  return { number, name, ...MADE[name](choicesOf(randomOf(seed, number, 2))) }
}

const MADE = {
  shaperForward: pick => shaper(pick, 'forward'),
  shaperReturn: pick => shaper(pick, 'return'),
  shaperBoth(pick) {
    const [one, other] = [tbf(pick, 'forward'), tbf(pick, 'return')]
    // Of two limits that are almost equal, either may be the smaller one for the datagrams.
    if (Math.abs(one.rate / other.rate - 1) < 0.2) other.rate = Math.round(other.rate * 1.5)
    const smaller = one.rate < other.rate ? one : other
    return { ...base(pick), limits: [one, other], expected: expectedOf(smaller, ['shaper']) }
  },
  /** A queue in this host is a shaper if it is seen to queue, else it slows the sender. */
  shaperOwn(pick) {
    const limit = tbf(pick, 'own')
    return { ...base(pick), limits: [limit], expected: { ...expectedOf(limit, ['shaper']), allowed: ['sender'] } }
  },
  shaperLossy(pick) {
    const limit = tbf(pick, pick.one(['forward', 'return']))
    return {
      ...base(pick),
      limits: [{ kind: 'random', place: limit.place === 'return' ? 'forward' : 'return', share: 0.0005 }, limit],
      expected: expectedOf(limit, ['shaper']),
    }
  },
  policerPackets: pick => policer(pick, packets(pick)),
  policerBytes: pick => policer(pick, bytes(pick)),
  policerLossy(pick) {
    const limit = packets(pick)
    const random = { kind: 'random', place: limit.place === 'return' ? 'forward' : 'return', share: 0.0005 }
    return { ...base(pick), limits: [random, limit], expected: expectedOf(limit, ['policer']) }
  },
  // A server that reports nothing may be the one that queues or drops, unless the limit is one of bits.
  shaperForeign(pick) {
    const limit = tbf(pick, pick.one(['forward', 'return']))
    return { ...base(pick), limits: [limit], server: { kind: 'python' }, expected: withoutPlace(limit, ['shaper']) }
  },
  policerForeign(pick) {
    const limit = pick.one([packets, bytes])(pick)
    return { ...base(pick), limits: [limit], server: { kind: 'python' }, expected: withoutPlace(limit, ['policer']) }
  },
  /** Runs for a fifth of the time: its buffer is too small for the rest. */
  serverStopped: pick => ({
    ...base(pick),
    limits: [],
    server: { engine: engineOf(pick), recvBuffer: pick.one([32_768, 65_536]), stop: { on: 10, off: 40 } },
    expected: { kinds: ['receiver'], to: 8000 },
  }),
  serverTiny: pick => ({
    ...base(pick),
    limits: [],
    server: { engine: engineOf(pick), recvBuffer: 4096, stop: { on: 50, off: 20 } },
    expected: { kinds: ['receiver'], to: 8000 },
  }),
  serverCap(pick) {
    const cap = pick.one([undefined, 500, 300])
    // Without a cap of its own, a server has one off loopback (docs/serve.md).
    const limit = { kind: 'packets', rate: cap ?? 1000 }
    const server = { engine: engineOf(pick), cap: cap === undefined ? 'default' : `${cap}pps` }
    return { ...base(pick), limits: [], server, expected: { kinds: ['receiver'], limit } }
  },
  foreignStopped: pick => ({
    ...base(pick),
    limits: [],
    server: { kind: 'python', recvBuffer: 65_536, stop: { on: 10, off: 40 } },
    expected: { kinds: ['unknown', 'receiver'], to: 8000 },
  }),
  // A machine that cannot send or answer 2000 datagrams a second may say so.
  none: pick => ({
    ...base(pick),
    limits: [],
    server: pick.one([{}, { engine: 'dgram' }, { kind: 'python' }]),
    expected: { kinds: ['none'], allowed: ['sender'], to: 2000 },
  }),
  random: pick => ({
    ...base(pick),
    limits: [{ kind: 'random', place: pick.one(['forward', 'return']), share: pick.one([0.01, 0.03, 0.1]) }],
    expected: { kinds: ['unknown'], to: 4000 },
  }),
  periodic: pick => ({
    ...base(pick),
    limits: [{ kind: 'periodic', place: pick.one(['forward', 'return']), every: pick.one([5, 20, 100]) }],
    expected: { kinds: ['unknown'], to: 4000 },
  }),
}

function shaper(pick, place) {
  const limit = tbf(pick, place)
  return { ...base(pick), limits: [limit], server: { engine: engineOf(pick) }, expected: expectedOf(limit, ['shaper']) }
}

function policer(pick, limit) {
  return {
    ...base(pick),
    limits: [limit],
    server: { engine: engineOf(pick) },
    expected: expectedOf(limit, ['policer']),
  }
}

function base(pick) {
  return { mtu: pick.one([1500, 1500, 1400]), size: pick.one([1200, 1200, 1200, 1000, 600]) }
}

// Buckets and rates leave room for the pauses of a busy machine: what it sends late, it sends in a burst.
function tbf(pick, place) {
  return {
    kind: 'tbf',
    place,
    rate: rounded(pick.scale(1.5e6, 15e6)),
    burst: Math.round(pick.scale(5000, 100_000)),
    queueMs: Math.round(pick.scale(10, 200)),
  }
}

function packets(pick) {
  const limit = { rate: rounded(pick.scale(150, 3000)), burst: Math.round(pick.scale(20, 200)) }
  return { kind: 'packets', place: pick.one(['forward', 'return']), ...limit }
}

function bytes(pick) {
  const limit = { rate: rounded(pick.scale(200_000, 2e6)), burst: Math.round(pick.scale(12_000, 200_000)) }
  return { kind: 'bytes', place: pick.one(['forward', 'return']), ...limit }
}

function engineOf(pick) {
  return pick.one(['kernel', 'kernel', 'dgram'])
}

function expectedOf(limit, kinds) {
  return { kinds, direction: limit.place === 'return' ? 'return' : 'forward', limit }
}

function withoutPlace(limit, kinds) {
  return { kinds, limit }
}

/** Datagrams of a payload size that a limit passes each second: tbf counts Ethernet frames, nft IP packets. */
export function passesPps(limit, size) {
  if (limit.kind === 'packets') return limit.rate
  if (limit.kind === 'bytes') return limit.rate / (size + HEADERS)
  return limit.rate / 8 / (size + HEADERS + ETHERNET)
}

function rounded(value) {
  return Number(value.toPrecision(2))
}

function choicesOf(random) {
  return {
    one: list => list[Math.floor(random() * list.length)],
    /** Evenly on a logarithmic scale. */
    scale: (from, to) => from * (to / from) ** random(),
  }
}

function shuffled(list, random) {
  const keys = new Map(list.map((_, index) => [index, random()]))
  return list
    .map((_, index) => index)
    .sort((a, b) => keys.get(a) - keys.get(b))
    .map(index => list[index])
}

/** splitmix32. */
function randomOf(...seeds) {
  let state = seeds.reduce((hash, seed) => Math.imul(hash ^ seed, 0x9e3779b1) + 0x7f4a7c15, 0x2545f491) | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
