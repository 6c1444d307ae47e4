import type { FlowLosses } from '../../../ledger/flow-difference.ts'

/** More ports would hide the rest of the sentence. */
const MOST_PORTS = 8

/** `source ports 40003, 40007 and 2 more`. A flow without a socket has its number. */
export function portsText(flows: readonly number[], ports: readonly (number | undefined)[]): string {
  const names = flows.toSorted((one, other) => one - other).map(flow => ports[flow] ?? `of flow ${flow + 1}`)
  const listed = names.slice(0, MOST_PORTS).join(', ')
  const more = names.length > MOST_PORTS ? ` and ${names.length - MOST_PORTS} more` : ''
  return `source ${names.length === 1 ? 'port' : 'ports'} ${listed}${more}`
}

/** `3 of 16 flows lose everything: source ports 40003, 40007, 40011; the others lose nothing: a bad path behind ECMP or LAG hashing`. */
export function differText(
  flows: readonly FlowLosses[],
  different: readonly number[],
  ports: readonly (number | undefined)[],
): string {
  const [own, others] = [sumOf(flows, different, true), sumOf(flows, different, false)]
  const verb = different.length === 1 ? 'loses' : 'lose'
  return `${different.length} of ${flows.length} flows ${verb} ${shareText(own)}: ${portsText(different, ports)}; the others lose ${shareText(others)}: a bad path behind ECMP or LAG hashing`
}

type Losses = Pick<FlowLosses, 'settled' | 'lost'>

function sumOf(flows: readonly FlowLosses[], numbers: readonly number[], isOne: boolean): Losses {
  const chosen = flows.filter((_, flow) => numbers.includes(flow) === isOne)
  return {
    settled: chosen.reduce((sum, { settled }) => sum + settled, 0),
    lost: chosen.reduce((sum, { lost }) => sum + lost, 0),
  }
}

function shareText({ settled, lost }: Losses): string {
  if (lost === 0) return 'nothing'
  return lost === settled ? 'everything' : `${lost} of ${settled} probes`
}
