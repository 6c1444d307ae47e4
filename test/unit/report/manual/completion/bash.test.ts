import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { bashCompletion } from '../../../../../src/report/manual/completion/bash.ts'
import { requireTool } from '../../../../helpers/tools.ts'
import { RUNNING_TOOL as TOOL } from '../../crafted-outline.ts'

const bash = requireTool('bash')

/** The completions of bash for these words, of which the last is being typed. */
function offered(...words: readonly string[]): string[] {
  const script = `${bashCompletion(TOOL)}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_tool
printf '%s\\n' "\${COMPREPLY[@]}"`
  const text = execFileSync('bash', ['--norc', '-uc', script, 'bash', ...words], { encoding: 'utf8' })
  return [...new Set(text.split('\n').filter(word => word !== ''))]
}

describe.skipIf(!bash)('bash completes', () => {
  test.each([
    [
      ['tool', ''],
      ['serve', 'tcp', 'run', 'learn', '-h', '--help'],
    ],
    [['tool', 't'], ['tcp']],
    [
      ['tool', 'serve', '--p'],
      ['--port', '--port-file'],
    ],
    [
      ['tool', 'tcp', ''],
      ['serve', 'put'],
    ],
    [['tool', 'tcp', 'serve', '--'], ['--inbox']],
    [
      ['tool', 'serve', '--mode', ''],
      ['upper', 'echo'],
    ],
    [['tool', 'serve', '--mode', 'e'], ['echo']],
    [['tool', 'serve', '--port', ''], []],
    [['tool', 'serve', '-p', ''], []],
    [['tool', 'serve', '--port-file', ''], []],
    // A word that looks like a command, as a value or after its own command.
    [['tool', 'serve', 'tcp', '--m'], ['--mode']],
    // Bash splits words at = by default (COMP_WORDBREAKS).
    [
      ['tool', 'serve', '--mode', '='],
      ['upper', 'echo'],
    ],
    [['tool', 'serve', '--mode', '=', 'e'], ['echo']],
    [['tool', 'serve', '--mode=e'], ['--mode=echo']],
    [['tool', 'serve', '--nonsense', '=', ''], []],
    [['tool', 'learn', 'se'], ['second']],
    [['tool', 'learn', 'first', 'se'], ['second']],
    // Words after a command to run belong to it.
    [['tool', 'run', '--s'], ['--seed']],
    [['tool', 'run', '--', 'ls', '--s'], []],
    [['tool', 'run', 'ls', '--s'], []],
    [['tool', 'run', '--seed', '1', '--s'], ['--seed']],
    [['tool', 'run', '--seed', '=', '1', '--s'], ['--seed']],
    [['tool', 'run', '--', 'mkfif'], ['mkfifo']],
  ])('%j to %j', (words, wanted) => {
    expect(offered(...words)).toEqual(wanted)
  })

  test('and executes nothing that was typed', () => {
    expect(offered('tool', '$(echo serve)', '`echo serve`', 's')).toEqual(['serve'])
  })
})
