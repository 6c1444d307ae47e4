import { greatest } from '../../base/extremes.ts'
import type { RunFacts } from '../../facts/run.ts'
import { scheduledCount, type FateCounts } from '../../ledger/fate.ts'
import { chanceOfAtLeast } from '../../ledger/hypergeometric.ts'
import type { Tally } from '../../ledger/tally.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Significance level over all clients (Bonferroni). */
const FALSE_ALARM = 0.01
/** Maximum number of ports in a message. */
const LISTED = 5
/** From this share of losses on a flow counts as dead, and each of its losses as one event. */
const DEAD = 0.9

interface Flow {
  readonly number: number
  readonly scheduled: number
  readonly lost: number
}

/** Some clients lost significantly more than the others: something on the path treats flows differently by their ports. */
export const flowsDiffer: Rule = (facts, { tally }) => {
  const { clients } = facts
  if (clients.length < 2 || facts.rounds !== undefined) return undefined
  const flows = tally.clients.map(({ fates }, number): Flow => ({
    number,
    scheduled: scheduledCount(fates),
    lost: lostOnPath(fates),
  }))
  const all = flows.reduce((sum, { scheduled }) => sum + scheduled, 0)
  const lost = flows.reduce((sum, flow) => sum + flow.lost, 0)
  if (lost === 0 || lost === all) return undefined
  const burst = meanBurst(flows, tally)
  const different = flows.filter(flow => {
    return flow.lost * all > flow.scheduled * lost && chanceOf(flow, all, lost, burst) * flows.length < FALSE_ALARM
  })
  if (different.length === 0) return undefined
  const most = sumOf(different)
  const rest = { scheduled: all - most.scheduled, lost: lost - most.lost }
  const chance = greatest(different.map(flow => chanceOf(flow, all, lost, burst) * flows.length))
  return {
    code: 'flowsDiffer',
    message: `${different.length} of ${clients.length} clients (${portsOf(different, facts)}) lost ${most.lost} of ${probes(most.scheduled)}, the others ${rest.lost} of ${rest.scheduled}: by chance this happens less than once in ${odds(chance)}`,
    hint: 'something on the path or at the server treats flows differently by their ports: one link or one server behind a load balancer (ECMP, LAG, SO_REUSEPORT), or a NAT or firewall entry. Send from such a port again (--bind ADDRESS:PORT) to check',
    evidence: {
      clients: clients.length,
      different: different.length,
      lost: most.lost,
      scheduled: most.scheduled,
      lostOfOthers: rest.lost,
      chance,
    },
  }
}

/** Full buffers belong to one socket and refusals to this host, so they say nothing about flows. */
function lostOnPath(fates: FateCounts): number {
  return fates.lostForward + fates.lostReturn + fates.lostUnknown + fates.unreachable
}

function sumOf(flows: readonly Flow[]): { readonly scheduled: number; readonly lost: number } {
  return flows.reduce((sum, { scheduled, lost }) => ({ scheduled: sum.scheduled + scheduled, lost: sum.lost + lost }), {
    scheduled: 0,
    lost: 0,
  })
}

/** Mean length of a loss run over the flows that are not dead: consecutive losses are one event. */
function meanBurst(flows: readonly Flow[], { orders }: Tally): number {
  let [lost, runs] = [0, 0]
  for (const flow of flows) {
    if (flow.lost >= DEAD * flow.scheduled) continue
    lost += flow.lost
    runs += orders[flow.number]?.losses.runs ?? 0
  }
  return runs === 0 ? 1 : Math.max(1, lost / runs)
}

function chanceOf({ scheduled, lost }: Flow, all: number, lostOfAll: number, burst: number): number {
  const size = lost >= DEAD * scheduled ? 1 : burst
  const events = (count: number): number => Math.round(count / size)
  return chanceOfAtLeast(events(lost), events(scheduled), events(lostOfAll), events(all))
}

function portsOf(flows: readonly Flow[], { clients }: RunFacts): string {
  const names = flows.map(({ number }) => clients[number]?.port ?? `number ${number + 1}`)
  const listed = names.slice(0, LISTED).join(', ')
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
  return `${names.length === 1 ? 'port' : 'ports'} ${listed}${more}`
}

/** As a power of ten: `10^6` for 1 in a million. */
function odds(chance: number): string {
  return `10^${Math.max(2, Math.floor(-Math.log10(Math.max(chance, 1e-300))))}`
}
