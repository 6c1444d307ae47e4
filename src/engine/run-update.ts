import type { Address } from '../base/address.ts'
import type { Nanos } from '../base/nanos.ts'
import type { HeaderFacts } from '../facts/headers.ts'
import type { IcmpError } from '../facts/icmp.ts'
import type { IgnoredIcmp } from '../facts/ignored-icmp.ts'
import type { ImplausibleCounts } from '../facts/implausible.ts'
import type { ReceiveErrors } from '../facts/receive-errors.ts'
import type { ReceiptsFacts, RunFacts, SourceFacts } from '../facts/run.ts'

/** The receipts of the client with this number. */
export interface ClientReceipts {
  readonly number: number
  readonly receipts: ReceiptsFacts
}

/** What one thread posts to another of the facts of a run. Rows and counters are in shared memory. */
export interface RunUpdate {
  readonly epoch: RunFacts['epoch'] | undefined
  readonly startedAt: Nanos
  readonly closedAt: Nanos
  readonly interrupted: boolean
  readonly finalRows: number
  readonly icmp: readonly IcmpError[]
  readonly wrongReplyAddress: Address | undefined
  readonly clockStep: Nanos | undefined
  /** Receipts that changed since the last update. Rows below `finalRows` are judged by them. */
  readonly receipts: readonly ClientReceipts[]
  readonly early: RunFacts['early']
  /** By client, at the end only. Without the port of the first socket. */
  readonly sources: readonly (SourceFacts[] | undefined)[] | undefined
  readonly irtt: RunFacts['irtt']
  /** At the end only. */
  readonly headers: HeaderFacts | undefined
  /** At the end only. */
  readonly implausible: ImplausibleCounts | undefined
  /** At the end only. */
  readonly icmpIgnored: IgnoredIcmp | undefined
  /** At the end only. */
  readonly receiveErrors: ReceiveErrors | undefined
  /** At the end only. */
  readonly stamp: RunFacts['stamp']
}

/** The update of a run that goes on, or has ended. */
export function createUpdate(facts: RunFacts, receipts: readonly ClientReceipts[], ended: boolean): RunUpdate {
  const { epoch, startedAt, closedAt, interrupted, finalRows, icmp, wrongReplyAddress, clockStep, early, irtt } = facts
  return {
    epoch,
    startedAt,
    closedAt,
    interrupted,
    finalRows,
    icmp,
    wrongReplyAddress,
    clockStep,
    receipts,
    early,
    irtt,
    sources: ended ? facts.clients.map(client => client.sources) : undefined,
    headers: ended ? facts.headers : undefined,
    implausible: ended ? facts.implausible : undefined,
    icmpIgnored: ended ? facts.icmpIgnored : undefined,
    receiveErrors: ended ? facts.receiveErrors : undefined,
    stamp: ended ? facts.stamp : undefined,
  }
}

/** Brings the facts of the other thread up to date. */
export function applyUpdate(facts: RunFacts, update: RunUpdate): void {
  const {
    icmp,
    receipts,
    early,
    irtt,
    sources,
    headers,
    implausible,
    icmpIgnored,
    receiveErrors,
    wrongReplyAddress,
    clockStep,
    epoch,
    startedAt,
    closedAt,
    interrupted,
    finalRows,
    stamp,
  } = update
  Object.assign(facts, { startedAt, closedAt, interrupted, finalRows })
  if (epoch !== undefined) facts.epoch = epoch
  if (early !== undefined) facts.early = early
  if (irtt !== undefined) facts.irtt = irtt
  if (headers !== undefined) facts.headers = headers
  if (implausible !== undefined) facts.implausible = implausible
  if (icmpIgnored !== undefined) facts.icmpIgnored = icmpIgnored
  if (receiveErrors !== undefined) facts.receiveErrors = receiveErrors
  if (clockStep !== undefined) facts.clockStep = clockStep
  if (wrongReplyAddress !== undefined) facts.wrongReplyAddress = wrongReplyAddress
  if (stamp !== undefined) facts.stamp = stamp
  facts.icmp.push(...icmp.slice(facts.icmp.length))
  sources?.forEach((posted, number) => {
    const client = facts.clients[number]
    const [first, ...others] = posted ?? []
    if (client === undefined || first === undefined) return
    client.sources = [{ ...first, port: client.port ?? 0 }, ...others]
  })
  for (const { number, receipts: posted } of receipts) {
    const client = facts.clients[number]
    if (client !== undefined) Object.assign(client.receipts, posted)
  }
}
