import { formatCount } from '../../base/counted.ts'
import { RECEIPTS_MEMORY, SEQUENCES_PER_BYTE } from '../../facts/receipts-memory.ts'
import type { RunFacts } from '../../facts/run.ts'

/** Limits of a server's memory: runs per address (one per source port), and probes per run. */
export const MOST_PORTS = RECEIPTS_MEMORY.runs / RECEIPTS_MEMORY.sharePerAddress
const MOST_PROBES = RECEIPTS_MEMORY.bytesPerRun * SEQUENCES_PER_BYTE
const MOST_OF_ADDRESS = (RECEIPTS_MEMORY.bytes / RECEIPTS_MEMORY.sharePerAddress) * SEQUENCES_PER_BYTE

/** Why a run does not fit into the memory of a server, and what fits. */
export interface MemoryLimit {
  readonly why: string
  readonly hint: string
  readonly most: number
}

/** Which limit of a server's memory of receipts the run exceeds; undefined: none. */
export function exceededMemory({ clients, rounds }: RunFacts): MemoryLimit | undefined {
  if (rounds !== undefined) return undefined
  const ports = clients.reduce((sum, { sources }) => sum + (sources?.length ?? 1), 0)
  if (ports > MOST_PORTS) {
    return {
      why: `a server remembers ${MOST_PORTS} runs of one address, one per source port, and this run has ${ports} ports`,
      hint: `use at most ${MOST_PORTS} source ports (--clients) from one address, or --no-receipts`,
      most: MOST_PORTS,
    }
  }
  const longest = clients.reduce((most, { scheduled }) => Math.max(most, scheduled), 0)
  const all = clients.reduce((sum, { scheduled }) => sum + scheduled, 0)
  if (longest <= MOST_PROBES && all <= MOST_OF_ADDRESS) return undefined
  const [most, of] = longest > MOST_PROBES ? [MOST_PROBES, 'run'] : [MOST_OF_ADDRESS, 'address']
  return {
    why: `a server remembers the receipts of ${formatCount(most)} probes of one ${of}, and this run has more`,
    hint: `send at most ${formatCount(most)} probes in a run`,
    most,
  }
}
