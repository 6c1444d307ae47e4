import { counted } from '../../base/counted.ts'
import type { Result, ResultMtu, ResultSweep } from '../result.ts'
import { rateAnswer } from '../rate-words.ts'

/** The result of a search in one sentence: `path MTU 1400: up to 1372 bytes in one packet`. Undefined: no search. */
export function searchAnswer(
  { sweep, mtu, rate }: Pick<Result, 'sweep' | 'mtu' | 'rate'>,
  to = '',
): string | undefined {
  if (mtu !== undefined) return mtuAnswer(mtu, to)
  if (rate !== undefined) return rateAnswer(rate, to)
  return sweep === undefined ? undefined : sweepAnswer(sweep, to)
}

function mtuAnswer({ path, payload, method }: ResultMtu, to: string): string {
  if (payload === undefined) return `no path MTU${to}: nothing answered`
  const bytes = counted(payload, 'byte')
  if (path !== undefined) return `path MTU ${path}${to}: up to ${bytes} in one packet`
  if (method === 'fragments') return `no path MTU${to}: up to ${bytes} came back whole, possibly in fragments`
  return `no path MTU${to}: up to ${bytes} came back in one packet`
}

function sweepAnswer({ maxIntactSize, holes }: ResultSweep, to: string): string {
  if (maxIntactSize === undefined) return `no size${to} came back whole`
  const holed = holes.length === 0 ? '' : `, except ${counted(holes.length, 'hole')}`
  return `up to ${counted(maxIntactSize, 'byte')}${to} came back whole${holed}`
}
