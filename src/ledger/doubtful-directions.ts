import type { Fate } from './fate.ts'
import { move } from './fate.ts'
import { movableFates, type MovableGroup, type MovableTally } from './movable-fates.ts'
import type { RefiningRun } from './staged-run.ts'

/** A reply that matches no probe, or a probe that arrived damaged, makes the direction of one loss doubtful. */
export function doubtDirections(run: RefiningRun<'withheld'>): RefiningRun<'doubted'> {
  const tally = movableFates(run.tally)
  run.facts.clients.forEach((client, number) => {
    const group = tally.clients[number]
    if (group === undefined) return
    if (tally.classifier.believed[number] !== true && tally.classifier.directions === undefined) return
    doubt([group], tally, 'lostReturn', client.unidentified)
    const damaged = client.receipts.totals?.damaged ?? 0
    doubt([group], tally, 'lostForward', damaged - client.echoedArrivals)
  })
  return { ...run, stage: 'doubted', tally }
}

/**
 * A socket without IP_RECVERR gets no error for drops in the send queue of its interface (ip(7)); SndbufErrors counts them for the whole host.
 * As many of the losses without a trace at the server have no direction: it is not proved that they left this host.
 */
export function doubtSendQueue(run: RefiningRun<'clientBuffers'>): RefiningRun<'refined'> {
  const { engine, host } = run.facts
  const errors = host?.grown.sendBufferErrors ?? 0
  const { lostForward, lostUnknown } = run.tally.total.fates
  const most = Math.min(errors, lostForward + lostUnknown)
  if (engine.icmp === 'queue' || most <= 0) return { ...run, stage: 'refined' }
  const tally = movableFates(run.tally)
  doubt(tally.clients, tally, 'lostForward', errors)
  return { ...run, stage: 'refined', tally, drops: { ...run.drops, sendQueue: most } }
}

/** Their sizes are unknown, so all may have had the same size: each size keeps only what exceeds them. */
function doubt(clients: readonly MovableGroup[], { total, sizes }: MovableTally, from: Fate, most: number): void {
  const moved = Math.min(
    most,
    clients.reduce((sum, group) => sum + group.fates[from], 0),
  )
  const parts = [...clients, ...sizes.values()].filter(group => group !== total)
  move(total.fates, from, 'lostUnknown', moved)
  for (const group of new Set(parts)) move(group.fates, from, 'lostUnknown', moved)
}
