import { formatAddress } from '../../base/address.ts'
import type { Diff } from './diff.ts'
import type { Result } from '../result.ts'

/** Options that say how much was measured or what was made of it, not how: no wonder if they differ. */
const OF_NO_WEIGHT: ReadonlySet<string> = new Set([
  'to',
  'engine',
  'count',
  'durationMs',
  'waitForMs',
  'seed',
  'expect',
  'summary',
])

/** What differs in how two runs were made: the target, the engine, the host, the options. */
export function runDifferences(a: Result, b: Result): Diff['differences'] {
  const names = new Set([...Object.keys(a.options), ...Object.keys(b.options)])
  const pairs: readonly (readonly [what: string, a: string, b: string])[] = [
    ['command', a.command, b.command],
    // A server of the run's own has another port every time.
    ...(a.options['self'] === true && b.options['self'] === true
      ? []
      : [['target', formatAddress(a.target), formatAddress(b.target)] as const]),
    ['engine', a.engine, b.engine],
    ['os', `${a.host.os} ${a.host.kernel}`, `${b.host.os} ${b.host.kernel}`],
    ['node', a.host.node, b.host.node],
    ['cpus', String(a.host.cpus), String(b.host.cpus)],
    ['version', a.tool.version, b.tool.version],
    ...[...names]
      .filter(name => !OF_NO_WEIGHT.has(name))
      .map(name => [name, written(a.options[name]), written(b.options[name])] as const),
  ]
  return pairs.filter(([, one, other]) => one !== other).map(([what, one, other]) => ({ what, a: one, b: other }))
}

function written(option: unknown): string {
  if (option === undefined) return 'not set'
  return typeof option === 'string' ? option : JSON.stringify(option)
}
