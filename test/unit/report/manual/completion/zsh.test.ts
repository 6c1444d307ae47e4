import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { zshCompletion } from '../../../../../src/report/manual/completion/zsh.ts'
import { requireTool, temporaryFolder } from '../../../../helpers/tools.ts'
import { RUNNING_TOOL as TOOL } from '../../crafted-outline.ts'

const zsh = requireTool('zsh')

/**
 * Types lines, each with a tab, into one interactive zsh, and prints the result of each. A key bound for the test prints the line between
 * marks when the completion is done, so there is no need to wait.
 */
const TYPIST = String.raw`
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "autoload -U compinit && compinit -u -D && source $1"
zpty -w shell 'told() { print -r -- "<<$BUFFER>>"; zle send-break }; zle -N told; bindkey "^X" told'
zpty -w shell "print ready''now"
zpty -r shell text '*readynow*'
shift
for line; do
  zpty -n -w shell "$line"$'\t\x18'
  zpty -r shell text '*<<*>>*'
  print -r -- "$text"
done
zpty -d shell
`

const LINES: readonly (readonly [line: string, completed: string])[] = [
  ['tool se', 'tool serve '],
  ['tool serve --mo', 'tool serve --mode='],
  ['tool serve --mode e', 'tool serve --mode echo '],
  ['tool tcp pu', 'tool tcp put '],
  ['tool tcp serve --in', 'tool tcp serve --inbox='],
  // Two candidates: their common prefix.
  ['tool serve --po', 'tool serve --port'],
  ['tool serve --mode=e', 'tool serve --mode=echo '],
  ['tool learn se', 'tool learn second '],
  ['tool run -- mkfif', 'tool run -- mkfifo '],
  ['tool run --seed 1 mkfif', 'tool run --seed 1 mkfifo '],
  ['tool run -- mkdir --par', 'tool run -- mkdir --parents '],
  ['tool run mkdir --par', 'tool run mkdir --parents '],
  ['tool serve --nonsense', 'tool serve --nonsense'],
]

let told: readonly (string | undefined)[] | undefined

/** The result of zsh for each line. */
function completed(): readonly (string | undefined)[] {
  const file = join(temporaryFolder(), 'completion.zsh')
  writeFileSync(file, zshCompletion(TOOL))
  const lines = LINES.map(([line]) => line)
  const text = execFileSync('zsh', ['-f', '-c', TYPIST, 'zsh', file, ...lines], { encoding: 'utf8', timeout: 60_000 })
  return [...text.matchAll(/<<(.*)>>/gu)].map(([, line]) => line)
}

describe.skipIf(!zsh)('zsh completes', () => {
  test.each(LINES.map(([line, wanted], number) => [line, wanted, number] as const))('%s to %s', (_, wanted, number) => {
    told ??= completed()
    expect(told[number]).toBe(wanted)
  })
})
