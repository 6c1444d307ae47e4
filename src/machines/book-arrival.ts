import { countHeaders } from '../facts/headers.ts'
import type { ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import type { Datagram } from './datagram.ts'
import { UNSEEN } from './machine.ts'
import type { Reception } from './reception.ts'

/** Books when a first reply arrived and with which header, whatever its protocol. */
export function bookArrival(
  { inbox, m, arrived, now }: Datagram,
  page: ProbePage,
  place: number,
  { headers }: Pick<RunFacts, 'headers'>,
  reception: Reception,
): void {
  const sent = page.sent[place] ?? 0
  // If the kernel's stamp is before the send time, the system clock was set. The program's own clock is never set.
  const time = arrived < sent ? now : arrived
  page.arrived[place] = time
  // UNSEEN becomes 0, with which no datagram leaves a host (RFC 1122 §3.2.1.7).
  if (page.ttl !== undefined) page.ttl[place] = Math.max(0, inbox.ttl[m] ?? UNSEEN)
  countHeaders(headers.down, inbox.tos[m] ?? UNSEEN, inbox.fragment[m] ?? UNSEEN)
  reception.largestRtt = Math.max(reception.largestRtt, time - sent)
}
