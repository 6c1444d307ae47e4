import type { ClientFacts, ReceiptsFacts, RunFacts } from '../facts/run.ts'
import { MILLISECOND } from '../base/nanos.ts'
import { clientOfSource, indexOfSource } from '../facts/source.ts'
import type { ReceiptsTotals } from '../wire/receipts.ts'

/**
 * The server's receipts for each socket of a client. A server keeps receipts by port, so a client with several ports has several accounts; the
 * client's receipts are their sum.
 */
export class ReceiptsAccounts {
  readonly #facts: RunFacts
  /** By socket; only for clients with several. */
  readonly #accounts = new Map<number, ClientFacts>()
  /** Clients whose receipts are a sum. */
  readonly #summed = new Set<ClientFacts>()

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  /** The account of this socket: the client itself if it has only one socket. */
  of(socket: number): ClientFacts {
    const client = this.#client(socket)
    if (client.sources === undefined) return client
    let account = this.#accounts.get(socket)
    if (account === undefined) {
      // Receipts from the time when the first socket was the only one are its account.
      const isFirst = socket < this.#facts.plan.clients && !this.#summed.has(client)
      const receipts: ReceiptsFacts = isFirst ? { ...client.receipts } : { state: 'unasked' }
      account = { ...client, receipts }
      this.#accounts.set(socket, account)
    }
    return account
  }

  /** Updates the sum of the accounts of the socket's client. */
  sum(socket: number): void {
    const { plan } = this.#facts
    const client = this.#client(socket)
    if (client.sources === undefined) return
    this.#summed.add(client)
    const number = clientOfSource(socket, plan.clients)
    const accounts = [...this.#accounts].filter(([other]) => clientOfSource(other, plan.clients) === number)
    const asked = new Set(
      accounts.flatMap(([other, { receipts }]) =>
        receipts.totals === undefined ? [] : [indexOfSource(other, plan.clients)],
      ),
    )
    let answered = 0
    client.sources.forEach((source, index) => {
      if (!asked.has(index)) answered += source.answered
    })
    Object.assign(
      client.receipts,
      sumOf(
        accounts.map(([, { receipts }]) => receipts),
        answered,
      ),
    )
  }

  #client(socket: number): ClientFacts {
    const client = this.#facts.clients[clientOfSource(socket, this.#facts.plan.clients)]
    if (client === undefined) throw new RangeError(`no client has socket ${socket}`)
    return client
  }
}

/**
 * The sum of accounts.
 * @param answered answered probes, hence received ones, of the ports without unanswered probes, for which no request was sent
 */
function sumOf(accounts: readonly ReceiptsFacts[], answered: number): ReceiptsFacts {
  const state = stateOf(accounts.map(account => account.state))
  let sum: ReceiptsTotals | undefined
  let toldAt: number | undefined
  /** All totals include everything received by then. */
  let askedAt = Infinity
  let shrank = false
  /** For one port, datagrams to the other ports are those of strangers. */
  let traffic = 0
  for (const { totals, toldAt: otherToldAt, askedAt: asked = -Infinity, shrank: other } of accounts) {
    if (totals === undefined || otherToldAt === undefined) continue
    askedAt = Math.min(askedAt, asked)
    shrank ||= other === true
    traffic = Math.max(traffic, totals.strangers + ownTraffic(totals))
    if (sum === undefined || toldAt === undefined) {
      sum = { ...totals }
      toldAt = otherToldAt
      continue
    }
    for (const name of ['distinct', 'copies', 'damaged', 'answered', 'withheld', 'sendFailed', 'pending'] as const)
      sum[name] += totals[name]
    sum.drops = largest(sum.drops, totals.drops)
    sum.dropUnit = largest(sum.dropUnit, totals.dropUnit)
    // The memory with the latest start counts.
    if (totals.completeMs - otherToldAt / MILLISECOND < sum.completeMs - toldAt / MILLISECOND) {
      sum.completeMs = totals.completeMs
      toldAt = otherToldAt
    }
  }
  if (sum === undefined || toldAt === undefined) return { state }
  sum.distinct += answered
  sum.answered += answered
  sum.strangers = Math.max(0, traffic - ownTraffic(sum))
  return { state, totals: sum, toldAt, askedAt, ...(shrank ? { shrank } : {}) }
}

function stateOf(states: readonly ReceiptsFacts['state'][]): ReceiptsFacts['state'] {
  const asked = states.filter(state => state !== 'unasked')
  const [first] = asked
  if (first === undefined) return 'unasked'
  if (asked.includes('foreign')) return 'foreign'
  return asked.every(state => state === first) ? first : 'partial'
}

function ownTraffic({ distinct, copies, damaged }: ReceiptsTotals): number {
  return distinct + copies + damaged
}

function largest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : other === undefined ? one : Math.max(one, other)
}
