import { counted, formatCount } from '../../base/counted.ts'
import { listed } from '../../base/listed.ts'
import { formatPortRange, portRanges } from '../../base/port-range.ts'
import type { Result, ResultLedger } from '../../verdict/result.ts'
import { FATES } from './fates.ts'

type Client = Result['clients'][number]

/** Maximum number of ports or ranges of ports of a group. */
const LISTED_PORTS = 8

/** Clients whose datagrams met the same fates, as often. */
export interface ClientGroup {
  readonly clients: readonly Client[]
  /** The sum of their ledgers. */
  readonly ledger: Pick<ResultLedger, 'scheduled' | 'fates'>
}

/** Clients of the same outcome, the worst first. */
export function clientGroups(clients: readonly Client[]): readonly ClientGroup[] {
  const groups = new Map<string, Client[]>()
  for (const client of worstFirst(clients)) {
    const outcome = JSON.stringify([
      client.ledger.scheduled,
      ...FATES.map(({ fate }) => client.ledger.fates[fate] ?? 0),
    ])
    const group = groups.get(outcome)
    if (group === undefined) groups.set(outcome, [client])
    else group.push(client)
  }
  return [...groups.values()].map(members => ({ clients: members, ledger: ledgerOf(members) }))
}

/** Several groups as one, in which outcomes may differ. */
export function joined(groups: readonly ClientGroup[]): ClientGroup {
  const clients = groups.flatMap(group => group.clients)
  return { clients, ledger: ledgerOf(clients) }
}

/** By the share that came back intact, ascending; equal ones stay in their order. */
export function worstFirst(clients: readonly Client[]): readonly Client[] {
  return clients.toSorted((one, other) => intactShare(one) - intactShare(other))
}

function intactShare({ ledger }: Pick<Client, 'ledger'>): number {
  return ledger.fates.intact / Math.max(1, ledger.scheduled)
}

/** What the sockets of a run are called: flows if their ports are fixed. */
export function clientWord({ options }: Result): 'flow' | 'client' {
  return options['flows'] === undefined ? 'client' : 'flow'
}

/** A client by its port, or by its run number if the port is not known. */
export function clientName({ port, run }: Client): string {
  return port === undefined ? run : `:${port}`
}

/** `ports 40000-40002, 40004 and 3 more`; run numbers if ports are not known. */
export function portsText(clients: readonly Client[]): string {
  const ports = clients.flatMap(({ port }) => port ?? [])
  const runs = clients.flatMap(({ port, run }) => (port === undefined ? [run] : []))
  const names = [...portRanges(ports).map(formatPortRange), ...runs]
  const kind = ports.length === 0 ? 'run' : 'port'
  return `${kind}${clients.length === 1 ? '' : 's'} ${listed(names, LISTED_PORTS)}`
}

/** The outcomes as one line, the worst first: `3 flows: 0 of 60 intact, ports …; 13 flows: 260 of 260 intact, ports …`. */
export function outcomesText(result: Result, most: number): string {
  const groups = clientGroups(result.clients)
  const shown = groups.length > most ? [...groups.slice(0, most - 1), joined(groups.slice(most - 1))] : groups
  return shown
    .map(({ clients, ledger }) => {
      const whole = `${formatCount(ledger.fates.intact)} of ${formatCount(ledger.scheduled)} intact`
      return `${counted(clients.length, clientWord(result))}: ${whole}, ${portsText(clients)}`
    })
    .join('; ')
}

function ledgerOf(clients: readonly Client[]): ClientGroup['ledger'] {
  const sum = (count: (ledger: ResultLedger) => number): number =>
    clients.reduce((total, { ledger }) => total + count(ledger), 0)
  const fates = FATES.map(({ fate }) => [fate, sum(ledger => ledger.fates[fate] ?? 0)] as const)
  return {
    scheduled: sum(({ scheduled }) => scheduled),
    fates: { intact: 0, ...Object.fromEntries(fates.filter(([, count]) => count > 0)) },
  }
}
