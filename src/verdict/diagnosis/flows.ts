import { greatest, least } from '../../base/extremes.ts'
import { isLoopback } from '../../base/ip.ts'
import { listed } from '../../base/listed.ts'
import { formatPortRange, portRanges } from '../../base/port-range.ts'
import type { RunFacts } from '../../facts/run.ts'
import { createFateCounts, lossCount, scheduledCount, type FateCounts } from '../../ledger/fate.ts'
import { flowDifference, sumOf, type FlowLosses } from '../../ledger/flow-difference.ts'
import type { Tally } from '../../ledger/tally.ts'
import { DIRECTION_WORDS } from '../direction-words.ts'
import { senderCommand } from './commands.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Probability of a false alarm. */
const FALSE_ALARM = 0.01
/** Maximum number of ports or ranges of ports in a message. */
const LISTED = 8

type Flow = FlowLosses & { readonly number: number }

/** Some flows lost significantly more than the others: something on the path treats flows differently by their ports. */
export const flowsDiffer: Rule = (facts, { tally }, target) => {
  const { clients } = facts
  if (clients.length < 2 || facts.rounds !== undefined) return undefined
  const flows = lossesOf(tally)
  const found = flowDifference(flows, FALSE_ALARM)
  if (found === undefined) return undefined
  const { different, chance } = found
  const worse = flows.filter(({ number }) => different.includes(number))
  const others = flows.filter(({ number }) => !different.includes(number))
  const [most, rest] = [sumOf(worse), sumOf(others)]
  const isHere = isLoopback(target.address)
  const cause = isHere ? 'the server or a rule of this host ignores them' : 'a bad path behind ECMP or LAG hashing'
  const isClear = most.lost === most.settled && rest.lost === 0
  const odds = isClear ? '' : `, by chance less than once in ${oddsOf(chance)}`
  return {
    code: 'flowsDiffer',
    message: `${outcomes(worse, facts)}; ${restWords(others, tally)}${odds}: ${cause}`,
    hint: `${wayOf(worse, tally)}${again(worse, facts, senderCommand(facts.plan.protocol?.name, target))}. If the same ports lose again, ${isHere ? '' : 'one link or router (ECMP, LAG), '}one server or socket behind a load balancer (SO_REUSEPORT), or a firewall or NAT entry treats them differently`,
    evidence: {
      clients: clients.length,
      different: worse.length,
      lost: most.lost,
      scheduled: most.settled,
      lostOfOthers: rest.lost,
      chance,
      ports: portNames(worse, facts).join(', '),
    },
  }
}

function lossesOf({ clients, orders }: Tally): Flow[] {
  return clients.map(({ fates }, number) => ({
    number,
    settled: scheduledCount(fates),
    lost: lostOnPath(fates),
    runs: orders[number]?.losses.runs ?? 0,
  }))
}

/** Full buffers belong to one socket and refusals to this host, so they say nothing about flows. */
function lostOnPath(fates: FateCounts): number {
  return fates.lostForward + fates.lostReturn + fates.lostUnknown + fates.unreachable
}

/** `3 of 16 flows lose everything: source ports 40003, 40007, 40011`, and those that lose a part. */
function outcomes(worse: readonly Flow[], facts: RunFacts): string {
  const of = ` of ${facts.clients.length} flows`
  const dead = worse.filter(({ lost, settled }) => lost === settled)
  const partial = worse.filter(({ lost, settled }) => lost < settled)
  const { lost, settled } = sumOf(partial)
  const loses = (flows: readonly Flow[], what: string): string =>
    `${flows.length}${flows === dead || dead.length === 0 ? of : ''} ${flows.length === 1 ? 'loses' : 'lose'} ${what}: ${portsOf(flows, facts)}`
  return [
    ...(dead.length === 0 ? [] : [loses(dead, 'everything')]),
    ...(partial.length === 0 ? [] : [loses(partial, `${lost} of ${probes(settled)}`)]),
  ].join('; ')
}

/** What the other flows lost on the path; buffers and caps of the server may have lost more. */
function restWords(others: readonly Flow[], { clients }: Tally): string {
  const { lost, settled } = sumOf(others)
  const [who, verb] = others.length === 1 ? ['the other', 'loses'] : ['the others', 'lose']
  const isWhole = others.every(({ number }) => lossCount(clients[number]?.fates ?? createFateCounts()) === 0)
  const nothing = isWhole ? 'nothing' : 'nothing on the path'
  return `${who} ${verb} ${lost === 0 ? nothing : `${lost} of ${settled}`}`
}

/** `source ports 40003, 40007-40009 and 3 more`. */
function portsOf(flows: readonly Flow[], facts: RunFacts): string {
  const names = portNames(flows, facts)
  return `${flows.length === 1 ? 'source port' : 'source ports'} ${listed(names, LISTED)}`
}

/** Ports and ranges of ports; a client whose port is not known by its number. */
function portNames(flows: readonly Flow[], { clients }: RunFacts): readonly string[] {
  const ports = flows.flatMap(({ number }) => clients[number]?.port ?? [])
  const unknown = flows.filter(({ number }) => clients[number]?.port === undefined)
  return [...portRanges(ports).map(formatPortRange), ...unknown.map(({ number }) => `of client ${number + 1}`)]
}

/** A sentence with the direction, if all losses of these flows have the same one. */
function wayOf(worse: readonly Flow[], { clients }: Tally): string {
  const count = (fate: 'lostForward' | 'lostReturn'): number =>
    worse.reduce((sum, { number }) => sum + (clients[number]?.fates[fate] ?? 0), 0)
  const { lost } = sumOf(worse)
  if (count('lostForward') === lost) return `these losses are ${DIRECTION_WORDS.forward}. `
  return count('lostReturn') === lost ? `these losses are ${DIRECTION_WORDS.return}. ` : ''
}

/** How to repeat the run with the same ports, or with one of them if they are not consecutive. */
function again(worse: readonly Flow[], { clients, plan }: RunFacts, command: string): string {
  const ports = clients.flatMap(({ port }) => port ?? [])
  const range = { first: least(ports), last: greatest(ports) }
  const isRange = ports.length === clients.length && range.last - range.first === clients.length - 1
  const one = clients[worse[0]?.number ?? 0]?.port
  if (one === undefined) return 'repeat it with fixed ports (--source-ports)'
  const named = isRange ? formatPortRange(range) : String(one)
  const count = plan.count === undefined ? '' : ` --count ${plan.count}`
  return `repeat it with ${isRange ? 'the same ports' : 'one of these ports'}: ${command} --source-ports ${named}${count}`
}

/** As a power of ten: `10^6` for 1 in a million. */
function oddsOf(chance: number): string {
  return `10^${Math.max(2, Math.floor(-Math.log10(Math.max(chance, 1e-300))))}`
}
