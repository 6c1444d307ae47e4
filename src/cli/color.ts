import { parseChoice } from '../base/choice.ts'

/** Whether to colour a stream: --color, then NO_COLOR (no-color.org), then FORCE_COLOR, then whether it is a terminal that can. */
export function wantsColor(policy: string, stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const choice = parseChoice(policy, '--color', ['auto', 'always', 'never'])
  if (choice !== 'auto') return choice === 'always'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
