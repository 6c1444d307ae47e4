import type { RowSums } from './journal-sums.ts'
import { createHeaderFacts } from './headers.ts'
import { PAGE_ROWS, TRAIT, type ProbeTable } from './probe-table.ts'
import type { RunFacts } from './run.ts'

const WITHOUT_RECEIPT = 0xff & ~TRAIT.receiptMask

/**
 * Reduces the facts of an incomplete journal to its remaining rows. Drops, receipts, addresses and the facts of a protocol in the header count
 * for the whole run and cannot be compared with these rows, so they are left out: losses have no direction.
 */
export function keepReadRows(facts: RunFacts, sums: RowSums): void {
  facts.clients.forEach((client, number) => {
    const sum = sums.clients[number]
    if (sum === undefined) return
    client.scheduled = sum.scheduled
    client.replies = sum.replies
    client.duplicates = sum.copies
    client.firstSent = sum.firstSent
    client.lastSent = sum.lastSent
    client.answeredArrivals = sum.answered
    client.damagedArrivals = Math.min(client.damagedArrivals, sum.replies)
    client.echoedArrivals = Math.min(client.echoedArrivals, sum.replies)
    delete client.dropsBefore
    delete client.dropsAfter
    const { receipts } = client
    receipts.state = 'unasked'
    for (const name of ['totals', 'toldAt', 'askedAt', 'shrank', 'firstTries', 'firstWait'] as const)
      delete receipts[name]
  })
  for (const page of facts.probes.pages)
    page?.traits.forEach((traits, place) => (page.traits[place] = traits & WITHOUT_RECEIPT))
  renumberReplies(facts.probes, facts.clients.length)
  facts.headers = createHeaderFacts()
  facts.implausible = {}
  facts.icmpIgnored = {}
  facts.receiveErrors = {}
  if (facts.host !== undefined) {
    const { packetChecks: _, ...host } = facts.host
    facts.host = { ...host, grown: {} }
  }
  delete facts.wrongReplyAddress
  delete facts.replyAddresses
  delete facts.stamp
  delete facts.irtt
  facts.closedAt = Math.max(facts.startedAt, sums.latest)
}

/** Renumbers the remaining replies from 1, in their old order. */
function renumberReplies({ pages }: ProbeTable, clients: number): void {
  const known = Array.from({ length: clients }, (): { readonly order: Uint32Array; readonly place: number }[] => [])
  pages.forEach((page, number) => {
    page?.order.forEach((rank, place) => {
      if (rank > 0) known[(number * PAGE_ROWS + place) % clients]?.push({ order: page.order, place })
    })
  })
  for (const replies of known) {
    const sorted = replies.toSorted((a, b) => (a.order[a.place] ?? 0) - (b.order[b.place] ?? 0))
    sorted.forEach(({ order, place }, index) => (order[place] = index + 1))
  }
}
