import { formatAddress } from '../../base/address.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import { burstIntoSmallBuffer } from '../../engine/burst.ts'
import { Exchange } from '../../engine/exchange.ts'
import { SECOND } from '../../base/nanos.ts'
import { ledgerWords, otherFates } from '../../verdict/suite/ledger-words.ts'
import type { Result } from '../../verdict/result.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import { planEcho, type EchoOptions } from '../../runs/echo/plan.ts'
import { withEcho, type EchoRun } from '../../runs/echo/run.ts'
import { planSend, type SendOptions } from '../../runs/send/plan.ts'
import { runSend } from '../../runs/send/run.ts'

export type Observation = Pick<SuiteCheck, 'observed' | 'verdict' | 'reason'>

/** One row of the suite. */
export interface SanityCheck {
  readonly id: string
  readonly name: string
  readonly expected: string
  readonly observe: () => Promise<Observation>
}

/**
 * Sizes at common limits: one byte, Ethernet's MTU and one more, a typical large datagram, the buffers of ncat and socat and one more, the
 * largest of IPv4.
 */
const SIZES = [1, 1472, 1473, 4000, 8192, 8193, LARGEST_PAYLOAD.udp4] as const
const LARGEST = LARGEST_PAYLOAD.udp4
const BURST = 200
/** On loopback no reply gets lost, but a busy host may take long to give it. */
const TIMEOUT = '10s'
const BURST_SIZE = 1000

/** The checks of `udptool check` without a file, in order. */
export const SANITY_CHECKS: readonly SanityCheck[] = [
  {
    id: 'echo-v4',
    name: 'echo over IPv4',
    expected: '10 of 10 intact',
    observe: () => intact({ host: '127.0.0.1' }, { count: 10 }, 10),
  },
  {
    id: 'echo-v6',
    name: 'echo over IPv6',
    expected: '10 of 10 intact',
    observe: () => whereIPv6Is(() => intact({ host: '::1' }, { count: 10 }, 10)),
  },
  {
    id: 'uppercase',
    name: 'upper case of all 256 byte values',
    expected: 'only a–z change',
    observe: observeUppercase,
  },
  {
    id: 'empty',
    name: 'an empty datagram is a message',
    expected: '3 of 3 intact, 0 bytes each',
    observe: () => intact({}, { size: 0, count: 3 }, 3),
  },
  {
    id: 'boundaries',
    name: 'message boundaries',
    expected: '20 sends are 20 receives, lengths kept',
    observe: observeBoundaries,
  },
  ...SIZES.map(size => ({
    id: `size-${size}`,
    name: size === 1 ? '1 byte' : `${size} bytes`,
    expected: '3 of 3 intact',
    observe: () => intact({}, { size, count: 3 }, 3),
  })),
  {
    id: 'oversize',
    name: `${LARGEST + 1} bytes, one more than IPv4 has`,
    expected: 'refused by the kernel: EMSGSIZE',
    observe: observeOversize,
  },
  {
    id: 'truncation',
    name: 'a server that reads 1024 of 4000 bytes',
    expected: '5 truncated at 1024, from client to server',
    observe: observeTruncation,
  },
  {
    id: 'clients',
    name: '50 clients at once',
    expected: '200 of 200 intact, none foreign',
    observe: () => intact({}, { clients: 50, count: 4, size: 300 }, 200),
  },
  {
    id: 'overflow',
    name: `a burst of ${BURST} into a full receive buffer`,
    expected: `received + kernel drops = ${BURST}`,
    observe: observeOverflow,
  },
  { id: 'closed-port', name: 'a closed port is noticed', expected: '3 of 3 unreachable', observe: observeClosedPort },
]

async function withServer<T>(options: EchoOptions, use: (server: EchoRun) => Promise<T>): Promise<T> {
  return withEcho(planEcho({ port: 0, ...options }), use)
}

async function probe(server: EchoOptions, options: SendOptions): Promise<Result> {
  return withServer(
    server,
    async ({ address }) =>
      (await runSend(planSend({ interval: '1ms', timeout: TIMEOUT, ...options, to: formatAddress(address) }))).result,
  )
}

async function intact(server: EchoOptions, options: SendOptions, count: number): Promise<Observation> {
  const { ledger } = await probe(server, options)
  const right =
    ledger.fates.intact === count && ledger.scheduled === count && ledger.foreign === 0 && ledger.unidentified === 0
  return judged(right, ledgerWords(ledger))
}

async function whereIPv6Is(observe: () => Promise<Observation>): Promise<Observation> {
  try {
    return await observe()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'addressUnavailable')) throw error
    return { observed: 'no IPv6 here', verdict: 'skipped', reason: error.message }
  }
}

async function observeUppercase(): Promise<Observation> {
  return withServer({}, async ({ address }) => {
    const exchange = await Exchange.open({ target: address, recvBuffer: 65_536 })
    try {
      const sent = Uint8Array.from({ length: 256 }, (_, value) => value)
      const answer = await exchange.ask(sent, 10 * SECOND, () => true)
      if (answer.kind !== 'reply') return judged(false, 'no reply')
      const wrong = answer.bytes.findIndex(
        (byte, value) => byte !== (value >= 0x61 && value <= 0x7a ? value - 0x20 : value),
      )
      if (answer.bytes.length !== 256) return judged(false, `${answer.bytes.length} bytes came back`)
      return judged(wrong < 0, wrong < 0 ? 'only a–z changed' : `byte ${wrong} came back as ${answer.bytes[wrong]}`)
    } finally {
      exchange.close()
    }
  })
}

async function observeBoundaries(): Promise<Observation> {
  const sizes = Array.from({ length: 20 }, (_, i) => 20 + i * i * 3)
  return withServer({}, async server => {
    const { result } = await runSend(
      planSend({
        to: formatAddress(server.address),
        size: sizes,
        count: sizes.length,
        burst: sizes.length,
        interval: '1ms',
        timeout: TIMEOUT,
      }),
    )
    server.stop()
    await server.done
    const { ledger } = result
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const right = ledger.fates.intact === 20 && server.facts.received === 20 && server.facts.bytesReceived === total
    return judged(right, `${ledger.sent} sends, ${server.facts.received} receives, ${ledger.fates.intact} lengths kept`)
  })
}

async function observeOversize(): Promise<Observation> {
  const { ledger, refused } = await probe({}, { size: LARGEST + 1, count: 1 })
  const name = refused?.[0]?.error ?? 'nothing'
  return judged(
    ledger.fates.refused === 1 && name === 'EMSGSIZE',
    ledger.fates.refused === 1
      ? `refused by the kernel: ${name}`
      : ['not refused', ...otherFates(ledger.fates)].join(', '),
  )
}

async function observeTruncation(): Promise<Observation> {
  const { ledger, truncation } = await probe({ recvSize: 1024 }, { size: 4000, count: 5 })
  const cut = truncation.cutAt[0]
  const right = ledger.fates.truncated === 5 && cut?.length === 1024 && cut.count === 5 && cut.side === 'request'
  const side = { request: ', from client to server', reply: ', from server to client', unknown: '' }
  return judged(
    right,
    cut === undefined
      ? ['none truncated', ...otherFates(ledger.fates)].join(', ')
      : `${cut.count} truncated at ${cut.length}${side[cut.side]}`,
  )
}

async function observeOverflow(): Promise<Observation> {
  const { sent, received, drops } = await burstIntoSmallBuffer(BURST, BURST_SIZE)
  if (drops === undefined)
    return {
      observed: `${received} of ${sent} received`,
      verdict: 'skipped',
      reason: "this system does not show a socket's drop counter",
    }
  return judged(
    sent === BURST && drops > 0 && received + drops === sent,
    `${received} received + ${drops} kernel drops = ${received + drops}`,
  )
}

async function observeClosedPort(): Promise<Observation> {
  const { port } = await withServer({}, async server => server.address)
  // One at a time: an ICMP error that quotes nothing could belong to any of several probes.
  const { result } = await runSend(
    planSend({ to: `127.0.0.1:${port}`, count: 3, interval: '0', window: 1, timeout: TIMEOUT }),
  )
  const { fates, scheduled } = result.ledger
  return judged(
    fates.unreachable === 3,
    `${fates.unreachable ?? 0} of ${scheduled} unreachable${result.unreachable === undefined ? '' : `: ${result.unreachable[0]?.error ?? ''}`}`,
  )
}

function judged(right: boolean, observed: string): Observation {
  return {
    observed,
    verdict: right ? 'pass' : 'fail',
    ...(right ? {} : { reason: 'what was observed is not what was expected' }),
  }
}
