import type { Result } from '../verdict/result.ts'
import type { RunContext } from '../verdict/run-context.ts'

/**
 * The context of the Result of a command that consists of several runs: that of the first run, with the command's own options.
 * @param replaced options of that run which are those of one run only
 */
export function searchContext(
  command: string,
  first: Result | undefined,
  replaced: readonly string[],
  options: Readonly<Record<string, unknown>>,
): RunContext {
  if (first === undefined) throw new RangeError('nothing was run')
  const { name, address, port, family } = first.target
  const common = Object.entries(first.options).filter(([option]) => !replaced.includes(option))
  return {
    command,
    version: first.tool.version,
    host: first.host,
    target: { address, port, family },
    ...(name === undefined ? {} : { targetName: name }),
    options: { ...Object.fromEntries(common), ...options },
    startedAt: first.startedAt,
  }
}
