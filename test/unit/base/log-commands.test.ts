import { expect, test } from 'vitest'
import { jsonWithoutLogCommands, withoutLogCommands } from '../../../src/base/log-commands.ts'

test.each([
  ['::error::no', String.raw`\x3a:error::no`],
  ['  ::set-output name=a::b', String.raw`  \x3a:set-output name=a::b`],
  ['\u00A0\t::stop-commands::x', '\u00A0\t\\x3a:stop-commands::x'],
  ['\u001B[1m::debug::x', '\u001B[1m\\x3a:debug::x'],
  ['fine\n::warning file=a,line=1::x\nfine', 'fine\n\\x3a:warning file=a,line=1::x\nfine'],
  ['text ##[error]x', String.raw`text \x23#[error]x`],
  ['###[group]x', String.raw`#\x23#[group]x`],
  ['##vso[task.setvariable variable=a]b', String.raw`\x23#vso[task.setvariable variable=a]b`],
  ["##teamcity[buildStop comment='x']", String.raw`\x23#teamcity[buildStop comment='x']`],
  ['section_start:1560896352:a', String.raw`section\x5fstart:1560896352:a`],
  ['travis_fold:start:a', String.raw`travis\x5ffold:start:a`],
])('%j is shown as %j', (text, shown) => {
  expect(withoutLogCommands(text)).toBe(shown)
})

test.each([
  '::1',
  '[::1]:9000',
  'a ::error::x',
  '::ffff:10.0.0.1 and ::1',
  '## heading',
  '# [x]',
  'std::error::Error',
  '',
])('%j stays as it is', text => {
  expect(withoutLogCommands(text)).toBe(text)
})

test('a line that was begun', () => {
  expect(withoutLogCommands('::error::x\n::error::y', true)).toBe('::error::x\n\\x3a:error::y')
  expect(withoutLogCommands('::error::x ##[a]', true)).toBe(String.raw`::error::x \x23#[a]`)
})

test('JSON stays the same document', () => {
  const document = { reply: '##[error]x ##vso[a] section_end:1:a ::error::x' }
  const json = jsonWithoutLogCommands(JSON.stringify(document))
  expect(json).not.toMatch(/##\w*\[|section_end/u)
  expect(JSON.parse(json)).toEqual(document)
})
