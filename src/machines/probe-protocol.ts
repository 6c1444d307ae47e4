import type { Nanos } from '../base/nanos.ts'
import type { IcmpError } from '../facts/icmp.ts'
import type { IcmpDoubt } from '../facts/ignored-icmp.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { ClientFacts, RunFacts } from '../facts/run.ts'
import type { Payload } from '../wire/payload.ts'
import type { Codec } from './codec.ts'
import type { Datagram } from './datagram.ts'
import type { EarlyRequests } from './early-requests.ts'
import type { Environment, Outbox } from './machine.ts'
import type { OpenProbes } from './open-probes.ts'
import type { Reception } from './reception.ts'
import type { Sources } from './sources.ts'

/** An ICMP error is about a datagram of ours that is no probe. */
export const NO_PROBE = 'noProbe'

/** How the probes of a protocol are written and their replies are booked. The prober does what all protocols have in common. */
export interface ProbeProtocol {
  /** Size of the probe that looks for another address that answers (StrayCheck). */
  readonly straySize: number
  /** A handshake before the first probe. Absent: none. */
  readonly opening?: Opening
  readonly exchange: Exchange
  readonly quotes: Quotes
  /** Writes a client's probe of `size` bytes at `at`. It leaves at `now`. */
  write(bytes: Uint8Array, at: number, size: number, sequence: number, client: number, now: Nanos): void
  /** Books a datagram that arrived at a socket of this client. */
  book(datagram: Datagram, client: ClientFacts): void
  /** Adds the last datagrams of the run to the outbox: the ledger is closed. */
  close?(outbox: Outbox, now: Nanos): void
}

/** A handshake that must succeed before probes are sent. */
export interface Opening {
  /** `refused`: no probe will be sent. */
  readonly state: 'opening' | 'open' | 'refused'
  /** How long probes may be sent at the most. Infinity: as long as the plan says. */
  readonly duration: Nanos
  /** Adds what is due to the outbox, which is empty, and returns when to call again. */
  send(outbox: Outbox, now: Nanos): Nanos
  /** An ICMP error arrived while it goes on. */
  failed(error: IcmpError): void
}

/** What a protocol sends besides probes: it is in no ledger. At the end of a run it asks the peer about probes without a reply. */
export interface Exchange {
  /** Rows below this one were asked about, or needed no question. */
  readonly coveredRows: number
  readonly done: boolean
  /** Requests while probes are sent. Absent: the protocol or the plan has none. */
  readonly early?: Pick<EarlyRequests, 'takeError' | 'end'> | undefined
  /** Begins to ask about rows from…to-1. `to` is Infinity at the end of the run. */
  begin(from: number, to: number, reception: Reception, now: Nanos): void
  /** Asks once more before the ledger closes. False if no answer can change. */
  lookAgain(now: Nanos): boolean
  /** Adds what is due after the rows of the outbox, and returns when to call again. Called in each turn, also while probes are sent. */
  send(outbox: Outbox, now: Nanos): Nanos
}

/** Finds the probe that an ICMP error is about. */
export interface Quotes {
  /** @param quoted the beginning of the datagram that the error is about, not empty */
  find(socket: number, quoted: Uint8Array, now: Nanos): number | IcmpDoubt | typeof NO_PROBE
}

/** What a protocol works with. */
export interface ProtocolParts {
  readonly plan: ProbePlan
  readonly facts: RunFacts
  readonly environment: Environment
  readonly codec: Codec
  readonly payload: Payload
  readonly open: OpenProbes
  readonly reception: Reception
  /** Of a lock-step run. */
  readonly sources: Sources | undefined
  /** Schedules no more probes, as the first Ctrl-C does. */
  readonly stop: () => void
}
