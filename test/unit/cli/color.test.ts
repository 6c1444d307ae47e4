import { describe, expect, test } from 'vitest'
import { wantsColor } from '../../../src/cli/color.ts'
import { refused } from '../../helpers/refused.ts'

const TERMINAL = { isTTY: true }
const PIPE = {}

describe('the settings in their order', () => {
  test.each<[string, string, { readonly isTTY?: boolean }, NodeJS.ProcessEnv, boolean]>([
    ['--color always', 'always', PIPE, { NO_COLOR: '1', TERM: 'dumb' }, true],
    ['--color never', 'never', TERMINAL, { FORCE_COLOR: '1' }, false],
    ['NO_COLOR', 'auto', TERMINAL, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['an empty NO_COLOR has no effect', 'auto', TERMINAL, { NO_COLOR: '' }, true],
    ['FORCE_COLOR', 'auto', PIPE, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
    ['FORCE_COLOR=0', 'auto', TERMINAL, { FORCE_COLOR: '0' }, false],
    ['a terminal', 'auto', TERMINAL, { TERM: 'xterm' }, true],
    ['a terminal that cannot', 'auto', TERMINAL, { TERM: 'dumb' }, false],
    ['no terminal', 'auto', PIPE, { TERM: 'xterm' }, false],
  ])('%s', (_, policy, stream, env, color) => {
    expect(wantsColor(policy, stream, env)).toBe(color)
  })
})

test('another policy is refused', () => {
  expect(refused(() => wantsColor('allways', TERMINAL, {}))).toMatch(/--color.*always/)
})
