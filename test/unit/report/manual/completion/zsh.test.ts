import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { zshCompletion } from '../../../../../src/report/manual/completion/zsh.ts'
import { requireTool, temporaryFolder } from '../../../../helpers/tools.ts'
import { RUNNING_TOOL as TOOL } from '../../crafted-outline.ts'

const zsh = requireTool('zsh')

/**
 * Types a line and a tab into an interactive zsh, and gives what it made of the line. A key of our own prints the line between marks once
 * the completion is done, so nothing has to be waited for.
 */
const TYPIST = String.raw`
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "autoload -U compinit && compinit -u -D && source $1"
zpty -w shell 'told() { print -r -- "<<$BUFFER>>"; zle send-break }; zle -N told; bindkey "^X" told'
zpty -w shell "print ready''now"
zpty -r shell text '*readynow*'
zpty -n -w shell "$2"$'\t\x18'
zpty -r shell text '*<<*>>*'
print -r -- "$text"
zpty -d shell
`

function completed(line: string): string {
  const file = join(temporaryFolder(), 'completion.zsh')
  writeFileSync(file, zshCompletion(TOOL))
  const text = execFileSync('zsh', ['-f', '-c', TYPIST, 'zsh', file, line], { encoding: 'utf8', timeout: 30_000 })
  return /<<(.*)>>/.exec(text)?.[1] ?? text
}

describe.skipIf(!zsh)('zsh completes', () => {
  test.each([
    ['tool se', 'tool serve '],
    ['tool serve --mo', 'tool serve --mode='],
    ['tool serve --mode e', 'tool serve --mode echo '],
    ['tool tcp pu', 'tool tcp put '],
    ['tool tcp serve --in', 'tool tcp serve --inbox='],
    // One of two: the beginning that they share.
    ['tool serve --po', 'tool serve --port'],
    ['tool serve --mode=e', 'tool serve --mode=echo '],
    ['tool learn se', 'tool learn second '],
    ['tool run -- mkfif', 'tool run -- mkfifo '],
    ['tool run --seed 1 mkfif', 'tool run --seed 1 mkfifo '],
    ['tool run -- mkdir --par', 'tool run -- mkdir --parents '],
    ['tool run mkdir --par', 'tool run mkdir --parents '],
    ['tool serve --nonsense', 'tool serve --nonsense'],
  ])('%s to %s', (line, wanted) => {
    expect(completed(line)).toBe(wanted)
  })
})
