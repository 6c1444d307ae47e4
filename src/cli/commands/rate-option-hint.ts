const PACE = 'the search chooses the rate of each trial — set its bounds with --from-rate and --to-rate'

/** Options of `send` that `rate` does not have: why, and what to use. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['--journal', 'a trial may have millions of probes, which are not kept — --format json=FILE saves the Result'],
  ['--rate', PACE],
  ['--interval', PACE],
  ['--flood', PACE],
  ['--count', 'a trial lasts for a time — write --duration 2s'],
  ['--summary', 'it keeps no probes — leave --summary out'],
  ['--window', PACE],
  ['--sizes', 'the option is --size, which takes a list — write --size 200,1200'],
])

/** Why `rate` does not have an unknown option that `send` has. Undefined for other mistakes. `message` is commander's, which names the option. */
export function rateOptionHint(message: string, argv: readonly string[]): string | undefined {
  const option = /unknown option '(--[a-z-]+)/u.exec(message)?.[1]
  const reason = option === undefined || argv[0] !== 'rate' ? undefined : REASONS.get(option)
  return reason === undefined ? undefined : `rate has no ${option ?? ''}: ${reason}`
}
