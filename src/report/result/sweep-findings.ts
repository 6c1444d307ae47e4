import type { ResultCliff, ResultSweep } from '../../verdict/result.ts'
import { counted, formatCount } from '../../base/counted.ts'
import type { Finding } from './finding.ts'

/** Findings of a sweep besides its result: every hole and the limit, with evidence and likely cause. */
export function sweepFindings(sweep: ResultSweep): readonly Finding[] {
  const { maxIntactSize, cliffs, unsure = [] } = sweep
  const nothing = maxIntactSize === undefined && controlsLost(sweep)
  const edge = cliffs.find(({ before }) => before === undefined)
  return [
    ...(nothing ? [{ mark: '✗', text: 'no control probe came back either' } as const] : []),
    ...cliffs.map((cliff): Finding => ({
      mark: '✗',
      text: cliffText(cliff, sweep, cliff === edge),
      cause: cliff.cause,
    })),
    ...(nothing ? [] : unsure).map(([from, to]): Finding => ({
      mark: '?',
      text: `${span(from, to)}: all lost, but this may be ordinary loss (${controls(sweep)})`,
      cause: 'repeat it with a higher --count',
    })),
  ]
}

/** The results of the small control probes between the sizes, in pieces. */
export function sweepControls(sweep: ResultSweep): readonly string[] {
  return [controls(sweep), counted(sweep.rounds, 'round')]
}

function cliffText(cliff: ResultCliff, sweep: ResultSweep, isEdge: boolean): string {
  const { from, to, after, before, fate, probes, chance } = cliff
  const kind = before !== undefined ? 'a hole' : isEdge ? 'the limit' : 'above the limit'
  // The limit lies anywhere between two tested sizes.
  const bounds = [
    ...(isEdge || before !== undefined ? (after === undefined || after === from - 1 ? [] : [`above ${after} B`]) : []),
    ...(before === undefined || before === to + 1 ? [] : [`below ${before} B`]),
  ]
  const gap = bounds.length === 0 ? '' : `, somewhere ${bounds.join(' and ')}`
  const all = probes === 1 ? 'the probe' : `all ${formatCount(probes)} probes`
  const chanceText = chance === undefined ? '' : ` (${controls(sweep)}: ${chanceWords(chance)})`
  return `${span(from, to)}: ${kind}${gap}, ${all} ${WORDS[fate]}${chanceText}`
}

const WORDS: Readonly<Record<ResultCliff['fate'], string>> = {
  lost: 'lost',
  unreachable: 'lost, with ICMP errors',
  truncated: 'cut',
  corrupt: 'damaged',
  refused: 'refused by our own kernel',
}

function controlsLost({ controls: { ledger, loss } }: ResultSweep): boolean {
  return loss.count === ledger.scheduled
}

function controls({ controls: { size, ledger, loss } }: ResultSweep): string {
  return `${formatCount(loss.count)} of ${counted(ledger.scheduled, 'control')} of ${size} B lost`
}

/** A chance below one in a thousand as a power of ten. */
function chanceWords(chance: number): string {
  if (chance > 0.001) return `by chance 1 in ${formatCount(1 / chance)}`
  const power = Math.floor(-Math.log10(chance))
  return power < 7 ? `by chance less than 1 in ${formatCount(10 ** power)}` : `by chance less than 1 in 10^${power}`
}

function span(from: number, to: number): string {
  return from === to ? `${from} B` : `${from}–${to} B`
}
