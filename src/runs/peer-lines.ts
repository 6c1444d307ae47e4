import { formatAddress } from '../base/address.ts'
import { isIPv4 } from '../base/ip.ts'
import {
  createServerLog,
  LINES_A_SECOND,
  moveLog,
  omit,
  type DatagramKind,
  type LoggedPeer,
} from '../facts/server-log.ts'
import type { ServerFacts } from '../facts/server.ts'
import { eventLine } from './event-line.ts'
import { formatLocalTime } from './local-time.ts'
import { DROP_WORDS } from './server-lines.ts'

const KIND_WORDS: Readonly<Record<DatagramKind, string>> = {
  plain: 'plain data',
  probe: 'probe',
  reply: 'reply of a server',
  request: 'receipts request',
  answer: 'answer about receipts',
  damaged: 'damaged probe, returned by a server',
}

/** The lines of `serve -v`, or events with `--json`: at most LINES_A_SECOND, and one with the number of those that are not shown. */
export class PeerLines {
  readonly #json: boolean
  readonly #protocol: string | undefined
  #second = -1
  #shown = 0
  #omitted = { peers: 0, unanswered: 0 }

  /** @param protocol of the server, if it has another one than that of `serve` */
  constructor(json: boolean, protocol?: string) {
    this.#json = json
    this.#protocol = protocol
  }

  /** Takes what the server has logged. `now` is in milliseconds since 1970. */
  next(facts: ServerFacts, now: number): string {
    const lines: string[] = []
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      lines.push(this.#more(now))
      this.#second = second
      this.#shown = 0
    }
    const log = createServerLog()
    if (facts.log !== undefined) moveLog(facts.log, log)
    for (const entry of log.entries.toSorted((a, b) => a.time - b.time)) {
      if (this.#shown === LINES_A_SECOND) omit({ omitted: this.#omitted }, entry)
      else {
        this.#shown += 1
        lines.push(this.#json ? peerEvent(entry, this.#protocol) : peerLine(entry, this.#protocol))
      }
    }
    this.#omitted.peers += log.omitted.peers
    this.#omitted.unanswered += log.omitted.unanswered
    return lines.join('')
  }

  /** As `next`, at the end of the server: with all that was not shown. */
  last(facts: ServerFacts, now: number): string {
    return `${this.next(facts, now)}${this.#more(now)}`
  }

  #more(now: number): string {
    const { peers, unanswered } = this.#omitted
    const lines = peers + unanswered
    this.#omitted = { peers: 0, unanswered: 0 }
    if (lines === 0) return ''
    if (this.#json)
      return eventLine({ event: 'more', at: formatLocalTime(now), ...named(this.#protocol), lines, peers, unanswered })
    return `… ${lines} more ${lines === 1 ? 'line' : 'lines'}${this.#protocol === undefined ? '' : ` of ${this.#protocol}`} not shown\n`
  }
}

function peerLine({ time, address, port, reason, kind, length }: LoggedPeer, protocol: string | undefined): string {
  const what = reason === undefined ? 'new peer' : `not answered (${DROP_WORDS[reason] ?? reason})`
  const datagram = length === undefined ? '' : `: ${kind === undefined ? '' : `${KIND_WORDS[kind]}, `}${length} B`
  const name = protocol === undefined ? '' : `${protocol} `
  return `${new Date(time).toISOString()} ${name}${peerOf(address, port)} ${what}${datagram}\n`
}

function peerEvent({ time, ...entry }: LoggedPeer, protocol: string | undefined): string {
  const event = entry.reason === undefined ? 'peer' : 'unanswered'
  return eventLine({ event, at: formatLocalTime(time), ...named(protocol), ...entry })
}

function peerOf(address: string, port: number): string {
  return formatAddress({ address, port, family: isIPv4(address) ? 'udp4' : 'udp6' })
}

function named(protocol: string | undefined): { readonly protocol?: string } {
  return protocol === undefined ? {} : { protocol }
}
