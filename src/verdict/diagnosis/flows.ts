import type { RunFacts } from '../../facts/run.ts'
import { scheduledCount, type FateCounts } from '../../ledger/fate.ts'
import { flowDifference, type FlowLosses } from '../../ledger/flow-difference.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Significance level over all clients (Bonferroni). */
const FALSE_ALARM = 0.01
/** Maximum number of ports in a message. */
const LISTED = 5

/** Some clients lost significantly more than the others: something on the path treats flows differently by their ports. */
export const flowsDiffer: Rule = (facts, { tally }) => {
  const { clients } = facts
  if (clients.length < 2 || facts.rounds !== undefined) return undefined
  const flows = tally.clients.map(({ fates }, number): FlowLosses => ({
    settled: scheduledCount(fates),
    lost: lostOnPath(fates),
    runs: tally.orders[number]?.losses.runs ?? 0,
  }))
  const found = flowDifference(flows, FALSE_ALARM)
  if (found === undefined) return undefined
  const { chance } = found
  const different = found.different.toSorted((one, other) => one - other)
  const all = sumOf(flows)
  const most = sumOf(flows.filter((_, number) => different.includes(number)))
  const rest = { settled: all.settled - most.settled, lost: all.lost - most.lost }
  return {
    code: 'flowsDiffer',
    message: `${different.length} of ${clients.length} clients (${portsOf(different, facts)}) lost ${most.lost} of ${probes(most.settled)}, the others ${rest.lost} of ${rest.settled}: by chance this happens less than once in ${odds(chance)}`,
    hint: 'something on the path or at the server treats flows differently by their ports: one link or one server behind a load balancer (ECMP, LAG, SO_REUSEPORT), or a NAT or firewall entry. Send from such a port again (--bind ADDRESS:PORT) to check',
    evidence: {
      clients: clients.length,
      different: different.length,
      lost: most.lost,
      scheduled: most.settled,
      lostOfOthers: rest.lost,
      chance,
    },
  }
}

/** Full buffers belong to one socket and refusals to this host, so they say nothing about flows. */
function lostOnPath(fates: FateCounts): number {
  return fates.lostForward + fates.lostReturn + fates.lostUnknown + fates.unreachable
}

function sumOf(flows: readonly FlowLosses[]): Pick<FlowLosses, 'settled' | 'lost'> {
  return flows.reduce((sum, { settled, lost }) => ({ settled: sum.settled + settled, lost: sum.lost + lost }), {
    settled: 0,
    lost: 0,
  })
}

function portsOf(flows: readonly number[], { clients }: RunFacts): string {
  const names = flows.map(number => clients[number]?.port ?? `number ${number + 1}`)
  const listed = names.slice(0, LISTED).join(', ')
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
  return `${names.length === 1 ? 'port' : 'ports'} ${listed}${more}`
}

/** As a power of ten: `10^6` for 1 in a million. */
function odds(chance: number): string {
  return `10^${Math.max(2, Math.floor(-Math.log10(Math.max(chance, 1e-300))))}`
}
