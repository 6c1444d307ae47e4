import { chanceOfAllLost } from '../../ledger/all-lost.ts'
import { cliffCause } from './cliff-cause.ts'
import type { Result, ResultCliff, ResultSize, ResultSweep } from '../result.ts'

/** Significance level of a size-dependent loss over a whole sweep (Bonferroni). */
const FALSE_ALARM = 0.05

/** The combined fate of the probes of one size. */
type SizeFate = 'whole' | ResultCliff['fate']

interface Span {
  readonly fate: ResultCliff['fate']
  readonly sizes: ResultSize[]
}

/**
 * The findings of a sweep: the largest size that passes, the holes, and every range of sizes that does not pass. Only tested sizes are
 * named. Losses count as size-dependent only if the controls, small probes sent between the others, rule out ordinary loss.
 */
export function sweepFindings(result: Result, control: number, rounds: number): ResultSweep {
  const sizes = triedSizes(result, control)
  const controls = result.sizes.find(({ size }) => size === control)
  if (controls === undefined) throw new RangeError(`no controls of ${control} bytes`)
  const whole = sizes.filter(isWhole).map(({ size }) => size)
  const largest = whole.at(-1)
  const spans = spansOf(sizes)
  // An error that names an MTU is about size; a closed port is not.
  const isTooBig = (result.unreachable ?? []).some(({ mtu }) => mtu !== undefined)
  const limit = FALSE_ALARM / Math.max(1, sizes.length)
  const found = spans.map(({ fate, sizes: tried }) => {
    const chance = fate === 'lost' || (fate === 'unreachable' && !isTooBig) ? chanceOf(tried, controls) : undefined
    const [from = 0, to = 0] = [tried[0]?.size, tried.at(-1)?.size]
    const after = whole.filter(size => size < from).at(-1)
    const before = whole.find(size => size > to)
    const span = {
      from,
      to,
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
      fate,
      probes: tried.reduce((sum, { ledger }) => sum + ledger.scheduled, 0),
      ...(chance === undefined ? {} : { chance }),
    }
    return { proved: chance === undefined || chance < limit, tried, span }
  })
  const proved = found.filter(one => one.proved)
  const unsure = found.filter(one => !one.proved).map(({ span }): [number, number] => [span.from, span.to])
  return {
    ...(largest === undefined ? {} : { maxIntactSize: largest }),
    holes: joined(
      proved.filter(({ span }) => span.before !== undefined).map(({ span }) => span),
      sizes.map(({ size }) => size),
    ),
    ...(unsure.length === 0 ? {} : { unsure }),
    cliffs: proved.map(({ span, tried }) => {
      const cause = cliffCause(span, tried, result)
      return cause === undefined ? span : { ...span, cause }
    }),
    controls: { size: control, ledger: controls.ledger, loss: controls.loss },
    rounds,
  }
}

/** The sizes that were sent, without the controls, smallest first. */
export function triedSizes({ sizes }: Result, control: number): ResultSize[] {
  return sizes
    .filter(({ size, ledger }) => size !== control && ledger.scheduled > 0)
    .toSorted((a, b) => a.size - b.size)
}

/** Whether the network carries this size: one probe that came back whole proves it, even a late one. */
export function isWhole({ ledger: { fates } }: Pick<ResultSize, 'ledger'>): boolean {
  return fates.intact + (fates.late ?? 0) > 0
}

/** Ranges of adjacent sizes with one fate. An ICMP error covers silent adjacent sizes too, since such errors are rate-limited. */
function spansOf(sizes: readonly ResultSize[]): Span[] {
  const spans: Span[] = []
  let before: SizeFate = 'whole'
  for (const size of sizes) {
    const fate = fateOf(size)
    const last = spans.at(-1)
    if (fate !== 'whole') {
      const alike = fate === before || (isVanished(fate) && isVanished(before))
      if (!alike || last === undefined) spans.push({ fate, sizes: [size] })
      else if (fate === last.fate || last.fate === 'unreachable') last.sizes.push(size)
      else spans[spans.length - 1] = { fate, sizes: [...last.sizes, size] }
    }
    before = fate
  }
  return spans
}

function isVanished(fate: SizeFate): boolean {
  return fate === 'lost' || fate === 'unreachable'
}

function fateOf(size: ResultSize): SizeFate {
  const { fates, scheduled } = size.ledger
  if (isWhole(size)) return 'whole'
  if ((fates.truncated ?? 0) > 0) return 'truncated'
  if ((fates.corrupt ?? 0) > 0) return 'corrupt'
  if ((fates.refused ?? 0) === scheduled) return 'refused'
  return (fates.unreachable ?? 0) > 0 ? 'unreachable' : 'lost'
}

/** The probability that ordinary loss took all of these. */
function chanceOf(sizes: readonly ResultSize[], { ledger, loss }: ResultSize): number {
  const probes = sizes.reduce((sum, one) => sum + one.loss.count, 0)
  return chanceOfAllLost(probes, loss.count, ledger.scheduled)
}

/** Holes as pairs; adjacent holes of different fates are joined if no tested size lies between them. */
function joined(spans: readonly Pick<ResultCliff, 'from' | 'to'>[], tried: readonly number[]): [number, number][] {
  const holes: [number, number][] = []
  for (const { from, to } of spans) {
    const last = holes.at(-1)
    if (last !== undefined && tried[tried.indexOf(last[1]) + 1] === from) last[1] = to
    else holes.push([from, to])
  }
  return holes
}
