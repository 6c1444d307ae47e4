import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { fishCompletion } from '../../../../../src/report/manual/completion/fish.ts'
import { requireTool } from '../../../../helpers/tools.ts'
import { RUNNING_TOOL as TOOL } from '../../crafted-outline.ts'

const fish = requireTool('fish')

/** The completions of fish for a line, each with its description after a tab. */
function offered(line: string): string[] {
  const script = `${fishCompletion(TOOL)}\ncomplete -c child -l mode -l seed\ncomplete -C $argv[1]`
  const text = execFileSync('fish', ['--no-config', '-c', script, line], { encoding: 'utf8' })
  return text.split('\n').filter(word => word !== '')
}

function words(line: string): string[] {
  return offered(line).map(text => text.split('\t')[0] ?? '')
}

describe.skipIf(!fish)('fish completes', () => {
  test.each([
    ['tool ', ['learn', 'run', 'serve', 'tcp']],
    ['tool -', ['-h', '--help']],
    ['tool serve --p', ['--port', '--port-file']],
    ['tool tcp ', ['put', 'serve']],
    ['tool tcp serve --', ['--inbox']],
    ['tool serve --mode ', ['echo', 'upper']],
    ['tool serve --port ', []],
    ['tool serve --mode=e', ['--mode=echo']],
    ['tool learn se', ['second']],
    ['tool run --s', ['--seed']],
    ['tool run --seed 1 --s', ['--seed']],
    ['tool run -- child --m', ['--mode']],
    ['tool run --seed 1 child --m', ['--mode']],
    ['tool run -- mkfif', ['mkfifo']],
  ])('%s', (line, wanted) => {
    expect(words(line).toSorted()).toEqual(wanted.toSorted())
  })

  test('and shows the descriptions unchanged', () => {
    const [serve = TOOL] = TOOL.commands
    expect(offered('tool se')).toEqual([`serve\t${serve.about}`])
  })
})
