import { ownDrops } from './drop-bound.ts'
import { move } from './fate.ts'
import { droppedInTrains } from './lost-trains.ts'
import { movableFates, type MovableTally } from './movable-fates.ts'
import { droppedRequests } from './server-buffer.ts'
import type { RefiningRun } from './staged-run.ts'
import type { RunFacts } from '../facts/run.ts'

/** Moves only losses that the full buffers of our own sockets explain. */
export function refineClientBuffers(run: RefiningRun<'serverBuffer'>): RefiningRun<'clientBuffers'> {
  const { facts } = run
  const tally = movableFates(run.tally)
  const { total } = tally
  // The counter is the host's: any one of our sockets may have dropped all of these.
  const others = facts.host?.grown.otherDrops ?? facts.host?.grown.badChecksums ?? 0
  const requests = droppedRequests(facts, facts.clients, tally)
  let sum: number | undefined
  facts.clients.forEach(({ dropsBefore, dropsAfter }, number) => {
    if (dropsBefore === undefined || dropsAfter === undefined) return
    const drops = dropsAfter - dropsBefore
    sum = (sum ?? 0) + drops
    if (drops > others) refineClient(facts, tally, number, drops - others, requests)
  })
  if (sum === undefined) return { ...run, stage: 'clientBuffers' }
  for (const size of tally.sizes.values()) {
    // Where numbers prove directions, a size may have losses without one that the total knows.
    if (size === total || tally.classifier.directions !== undefined) continue
    for (const from of ['lostReturn', 'lostUnknown'] as const)
      move(size.fates, from, 'lostClientBuffer', size.fates[from] - total.fates[from])
  }
  const buffers = Math.max(0, sum - others)
  const drops = { ...run.drops, client: sum, ...(buffers === sum ? {} : { clientBuffers: buffers }) }
  return { ...run, stage: 'clientBuffers', tally, drops }
}

function refineClient(facts: RunFacts, tally: MovableTally, number: number, drops: number, requests: number): void {
  const { [number]: client } = facts.clients
  const { [number]: group } = tally.clients
  if (client === undefined || group === undefined) return
  const { lostReturn, lostUnknown, unreachable } = group.fates
  const bound = ownDrops({
    drops,
    unit: client.longestTrain,
    lost: lostReturn + lostUnknown + unreachable,
    received: client.replies,
    copies: client.duplicates,
    strangers: client.foreign + client.unidentified,
    requests,
  })
  const order = tally.orders.slice(number, number + 1)
  // Either fate may include the dropped ones: each gets only as many as the other cannot explain.
  for (const [from, rest] of [
    ['lostReturn', lostUnknown],
    ['lostUnknown', lostReturn],
  ] as const) {
    const explained = droppedInTrains(bound - rest, client.longestTrain, from, facts.plan, order)
    const moved = move(group.fates, from, 'lostClientBuffer', explained)
    if (group !== tally.total) move(tally.total.fates, from, 'lostClientBuffer', moved)
  }
}
