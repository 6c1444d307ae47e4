import { expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { renderEngines } from '../../../../src/report/terminal/engines-table.ts'
import type { EngineEntry, EnginesDocument } from '../../../../src/verdict/engines.ts'
import { goldenPath, HOSTILE, STEERING, withoutColour, withTexts } from '../result-files.ts'

const DGRAM: EngineEntry = {
  name: 'dgram',
  works: true,
  capabilities: [
    { name: 'drops', works: true, gives: 'how many datagrams a full receive buffer of ours lost' },
    {
      name: 'df',
      works: false,
      gives: '--df: datagrams that must not be fragmented',
      missing: 'node:dgram cannot set the don’t-fragment mode',
    },
  ],
}
const KERNEL: EngineEntry = {
  name: 'kernel',
  works: true,
  capabilities: [
    { name: 'batches', works: true, gives: 'many datagrams a system call: more of them a second' },
    {
      name: 'source6',
      works: false,
      gives: 'a server on :: answers from the address called',
      missing: 'cannot bind [::1]:0: no interface of this host has this address (EADDRNOTAVAIL)',
    },
  ],
}

function documentOf(auto: EnginesDocument['auto'], ...engines: readonly EngineEntry[]): EnginesDocument {
  return {
    schema: 'udptool/engines/1',
    command: 'engines',
    tool: { name: 'udptool', version: '0.1.0' },
    host: { os: 'linux', kernel: '6.12.0', node: '24.1.0', cpus: 2 },
    auto,
    engines,
  }
}

const BOTH = documentOf('kernel', KERNEL, DGRAM)
const ONE = documentOf(
  'dgram',
  {
    name: 'kernel',
    works: false,
    missing: "the optional package koffi cannot be loaded: Cannot find module 'koffi'",
    capabilities: [],
  },
  DGRAM,
)

test.each(
  [50, 80].flatMap(
    width =>
      [
        ['both', width, BOTH],
        ['one', width, ONE],
      ] as const,
  ),
)('golden: %s at %i', async (name, width, document) => {
  const text = renderEngines(document, { width, color: false })
  await expect(text).toMatchFileSnapshot(goldenPath(`engines-${name}.${width}`))
})

test('colour changes no text, and no line is too wide', () => {
  for (const document of [BOTH, ONE]) {
    for (let width = 40; width <= 130; width++) {
      const plain = renderEngines(document, { width, color: false })
      expect(withoutColour(renderEngines(document, { width, color: true }))).toBe(plain)
      expect(plain.split('\n').filter(line => displayWidth(line) > width)).toEqual([])
    }
  }
})

test('quiet leaves out the engines', () => {
  expect(renderEngines(BOTH, { width: 80, color: false, quiet: true })).toBe(
    '     engine  works\n  ✓  kernel  yes, and --engine auto takes it\n  ✓  dgram   yes\n',
  )
})

test('a machine without any engine shows the reason for both', () => {
  const none = documentOf(
    'dgram',
    { name: 'kernel', works: false, missing: 'one', capabilities: [] },
    { name: 'dgram', works: false, missing: 'two', capabilities: [] },
  )
  expect(renderEngines(none, { width: 80, color: false })).toBe(
    '     engine  works\n  ✗  kernel  no: one\n  ✗  dgram   no: two\n',
  )
})

test('hostile reasons are printable', () => {
  const hostile = withTexts(BOTH, (text, name) => (name === 'missing' || name === 'gives' ? HOSTILE : text))
  for (const width of [50, 80]) expect(renderEngines(hostile, { width, color: false })).not.toMatch(STEERING)
})
