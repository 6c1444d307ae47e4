import type { Nanos } from '../../base/nanos.ts'
import type { IcmpDoubt } from '../../facts/ignored-icmp.ts'
import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import { irttSequence } from '../../wire/irtt/echo.ts'
import { IRTT_FLAG, irttFlags } from '../../wire/irtt/envelope.ts'
import { extendSequence } from '../../wire/probe.ts'
import { LONGEST_LIFE } from '../datagram-life.ts'
import type { OpenProbes } from '../open-probes.ts'
import { NO_PROBE, type Quotes } from '../probe-protocol.ts'
import { hasToken, type Session } from './session.ts'

/** Finds the echo request that an ICMP error quotes, by its token and sequence number. */
export class IrttQuotes implements Quotes {
  readonly #facts: RunFacts
  readonly #open: OpenProbes
  /** By client. */
  readonly #sessions: readonly (Session | undefined)[]

  constructor(facts: RunFacts, open: OpenProbes, sessions: readonly (Session | undefined)[]) {
    this.#facts = facts
    this.#open = open
    this.#sessions = sessions
  }

  find(client: number, quoted: Uint8Array, now: Nanos): number | IcmpDoubt | typeof NO_PROBE {
    const session = this.#sessions[client]
    const flags = irttFlags(quoted)
    if (session === undefined || (flags >= 0 && (flags & ~IRTT_FLAG.hmac) !== 0)) return NO_PROBE
    const { layout, token } = session
    // The newest open probe is the best guess for a quote without a whole sequence number.
    if (quoted.length < layout.sequence + 4) return this.#newest(client)
    if (flags < 0) return 'quote'
    if (!hasToken(quoted, layout, token)) return 'foreign'
    const { scheduled = 0 } = this.#facts.clients[client] ?? {}
    const sequence = extendSequence(irttSequence(quoted, layout), scheduled)
    // A closing probe has a number from here on.
    return sequence >= scheduled ? NO_PROBE : this.#checked(client, sequence, now)
  }

  #newest(client: number): number | IcmpDoubt {
    const newest = this.#open.newest(client)
    return newest < 0 ? 'unmatched' : newest
  }

  #checked(client: number, sequence: number, now: Nanos): number | IcmpDoubt {
    const { clients, probes, finalRows } = this.#facts
    const row = sequence * clients.length + client
    const page = probes.find(row)
    if (page === undefined || row < finalRows || now - (page.sent[row % PAGE_ROWS] ?? 0) > LONGEST_LIFE) return 'old'
    return page.outcome[row % PAGE_ROWS] === OUTCOME.waiting ? sequence : 'settled'
  }
}
