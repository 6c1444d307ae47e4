import { formatAddress } from '../../base/address.ts'
import { limitDifference } from './compared-rate.ts'
import type { Diff } from './diff.ts'
import type { Result } from '../result.ts'

/** Options that do not affect how a run was measured, so their differences are not reported. */
const IRRELEVANT: ReadonlySet<string> = new Set([
  'to',
  'engine',
  'count',
  'durationMs',
  'waitForMs',
  'seed',
  'expect',
  'summary',
])

/** Differences in the set-up of two runs: target, engine, host, options; and the limit that two searches found. */
export function runDifferences(a: Result, b: Result): Diff['differences'] {
  const names = new Set([...Object.keys(a.options), ...Object.keys(b.options)])
  const pairs: readonly (readonly [what: string, a: string, b: string])[] = [
    ['command', a.command, b.command],
    ['protocol', a.protocol ?? 'udptool', b.protocol ?? 'udptool'],
    ['reflector', a.evidence.reflector ?? 'none', b.evidence.reflector ?? 'none'],
    // An embedded server has a different port in every run.
    ...(a.options['self'] === true && b.options['self'] === true
      ? []
      : [['target', formatAddress(a.target), formatAddress(b.target)] as const]),
    ['engine', a.engine, b.engine],
    ['os', `${a.host.os} ${a.host.kernel}`, `${b.host.os} ${b.host.kernel}`],
    ['node', a.host.node, b.host.node],
    ['cpus', String(a.host.cpus), String(b.host.cpus)],
    ['version', a.tool.version, b.tool.version],
    ...[...names]
      .filter(name => !IRRELEVANT.has(name))
      .map(name => [name, written(a.options[name]), written(b.options[name])] as const),
  ]
  const setUp = pairs.filter(([, one, other]) => one !== other)
  return [...limitDifference(a, b), ...setUp.map(([what, one, other]) => ({ what, a: one, b: other }))]
}

function written(option: unknown): string {
  if (option === undefined) return 'not set'
  return typeof option === 'string' ? option : JSON.stringify(option)
}
