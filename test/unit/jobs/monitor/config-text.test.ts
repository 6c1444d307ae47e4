import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { UdptoolError } from '../../../../src/base/error.ts'
import { configText } from '../../../../src/jobs/monitor/config-text.ts'
import { readConfig } from '../../../../src/jobs/monitor/config.ts'
import type { MonitorConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'

const FILE = '/etc/udptool/udptool.yaml'
const EXAMPLE = readFileSync(new URL('../../../../fixtures/configs/right.yaml', import.meta.url), 'utf8')

function read(text: string): MonitorConfig {
  return readConfig(readYaml(FILE, text, 'configuration file'))
}

test('the example of the documentation, with its defaults', () => {
  expect(configText(read(EXAMPLE))).toBe(`buckets:
  - 0.0001
  - 0.001
  - 0.01
  - 0.1
  - 1
modules:
  default:
    size: 128
    interval: 1s
    timeout: 1s
  small:
    size: 64
    interval: 1s
    timeout: 1s
  big:
    size: 4000
    interval: 5s
    timeout: 1s
  ecmp:
    size: 128
    interval: 1s
    timeout: 1s
    flows: 16
    perFlow: true
  mtu:
    run: mtu
    interval: 10m
    timeout: 1s
  once:
    size: 1472
    timeout: 1s
    count: 20
    interval: 50ms
    expect:
      - loss==0
      - rtt.p99<20ms
groups:
  - module:
      - small
      - big
    targets:
      - 10.0.0.7:9000
      - edge.example:9000
    labels:
      site: fra
    skipSelf: false
  - module:
      - ecmp
    files:
      - /etc/udptool/targets/*.json
    skipSelf: false
  - module:
      - small
      - mtu
    dns:
      name: udptool.mesh.svc.cluster.local
      type: A
      port: 9000
      refresh: 30s
    neighbours: 10
    skipSelf: true
probe:
  maxConcurrent: 20
  maxRate: 1000
  modules:
    - once
    - mtu
  allow:
    - 10.0.0.0/8
`)
})

test('an empty file is the default module, and the buckets as a comment', () => {
  const text = configText(read('{}'))
  expect(parse(text)).toEqual({
    modules: { default: { size: 128, interval: '1s', timeout: '1s' } },
    probe: { maxConcurrent: 20, maxRate: 1000 },
  })
  expect(text.split('\n')[0]).toMatch(/^# buckets: \[0\.000030517578125, .*, 8\]$/u)
})

const duration = fc.oneof(
  fc.nat({ max: 100_000 }).map(n => `${n + 1000}ms`),
  fc.constantFrom('1s', '90s', '2m', '1h', '1h0.5s', '1.000000001s'),
)
const size = fc.oneof(fc.integer({ min: 13, max: 65_507 }), fc.constantFrom('64..9000/512', '4k', '007', '64,1472'))
const common = {
  timeout: duration,
  receipts: fc.boolean(),
  ttl: fc.integer({ min: 1, max: 255 }),
  payload: fc.constantFrom('text', 'zeros', 'random'),
}
const module = fc.oneof(
  fc.record(
    {
      ...common,
      interval: duration,
      size: fc.oneof(size, fc.array(fc.integer({ min: 13, max: 65_507 }), { minLength: 1, maxLength: 3 })),
      flows: fc.integer({ min: 1, max: 256 }),
      perFlow: fc.boolean(),
      oneWay: fc.boolean(),
      expect: fc.subarray(['loss<1%', 'rtt.p99<20ms', 'truncated==0'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      ...common,
      size,
      count: fc.integer({ min: 1, max: 99 }),
      flood: fc.boolean(),
      flows: fc.integer({ min: 1, max: 4 }),
    },
    { requiredKeys: ['count'] },
  ),
  fc.record({ run: fc.constantFrom('mtu', 'sweep'), interval: duration, timeout: duration }, { requiredKeys: ['run'] }),
)
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
  fc.constantFrom('default', 'a', '1', '__proto__'),
)
const host = fc.constantFrom('10.0.0.7', 'edge.example', '[fd00::7]')
const target = fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([at, port]) => `${at}:${port}`)
const labels = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,3}[0-9A-Z]{1,3}$/u),
  fc.oneof(
    fc.string({ maxLength: 40, unit: 'grapheme' }),
    fc.nat(),
    fc.constantFrom('true', 'null', '1e3', 'a: b # c', '- x\n\n y \n'),
  ),
  { maxKeys: 4 },
)
const group = (names: readonly string[]): fc.Arbitrary<unknown> =>
  fc.record(
    {
      ...(names.length === 0 ? {} : { module: fc.subarray([...names], { minLength: 1 }) }),
      targets: fc.uniqueArray(target, { minLength: 1, maxLength: 3 }),
      files: fc.array(fc.constantFrom('targets/*.json', '/srv/a.yaml'), { minLength: 1, maxLength: 2 }),
      dns: fc.oneof(
        fc.record(
          {
            name: fc.constantFrom('mesh.example', 'a.b.'),
            type: fc.constantFrom('A', 'AAAA'),
            port: fc.integer({ min: 1, max: 65_535 }),
            refresh: duration,
          },
          { requiredKeys: ['name'] },
        ),
        fc.record({ name: fc.constant('_u._udp.example'), type: fc.constant('SRV'), refresh: duration }),
      ),
      labels,
      neighbours: fc.integer({ min: 1, max: 100 }),
      skipSelf: fc.boolean(),
    },
    { requiredKeys: ['files'] },
  )
const file = fc.dictionary(name, module, { maxKeys: 5 }).chain(modules => {
  const endless = Object.entries(modules).flatMap(([one, keys]) => ('count' in keys ? [] : [one]))
  return fc.record(
    {
      refresh: duration,
      buckets: fc
        .uniqueArray(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 9 })
        .map(bounds => bounds.toSorted((a, b) => a - b)),
      modules: fc.constant(modules),
      groups: fc.array(group(endless), { minLength: 1, maxLength: 2 }),
      probe: fc.record(
        {
          modules: fc.subarray(Object.keys(modules)),
          allow: fc.subarray(['10.0.0.0/8', 'edge.example:9000', '*.mesh.example:9000', '[fd00::7]:9000']),
          maxConcurrent: fc.integer({ min: 1, max: 1000 }),
          maxRate: fc.integer({ min: 1, max: 1_000_000 }),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['modules'] },
  )
})

/** A file as a module of JavaScript gives it. Undefined if it has a mistake. */
function readValue(value: unknown): MonitorConfig | undefined {
  try {
    return readConfig({ file: FILE, value, locate: () => undefined, line: () => '' })
  } catch (error) {
    if (!(error instanceof UdptoolError)) throw error
    return undefined
  }
}

test('reading the text of a configuration gives the same configuration', () => {
  let count = 0
  fc.assert(
    fc.property(file, value => {
      const config = readValue(value)
      // Two groups with the same target are a mistake.
      if (config === undefined) return
      count += 1
      const text = configText(config)
      const again = read(text)
      expect(again).toEqual(config)
      expect([...again.modules.keys()]).toEqual([...config.modules.keys()])
      expect(configText(again)).toBe(text)
    }),
  )
  expect(count).toBeGreaterThan(40)
})

/** Texts near a configuration: the example with a few pieces replaced. */
const pieces = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '\n',
  '  ',
  '*a',
  '&a ',
  '!!x ',
  "'",
  '"',
  '0',
  '-1',
  '1e999',
  'null',
  '.inf',
  '~',
  '<<: ',
  '\0',
  '\u{1F600}',
  '__proto__: ',
  'count: 5',
  'run: mtu',
  '? ',
]
const edits = fc.array(
  fc.tuple(fc.nat({ max: EXAMPLE.length }), fc.nat({ max: 30 }), fc.oneof(fc.constantFrom(...pieces), fc.string())),
  { maxLength: 6 },
)

test('whatever the text, the reader throws nothing but an error of a user', () => {
  const check = (text: string): void => {
    try {
      read(text)
    } catch (error) {
      expect(error).toBeInstanceOf(UdptoolError)
      expect(error).toMatchObject({ code: 'usage' })
    }
  }
  fc.assert(
    fc.property(edits, list => {
      let text = EXAMPLE
      for (const [at, length, piece] of list) text = text.slice(0, at) + piece + text.slice(at + length)
      check(text)
    }),
  )
  fc.assert(fc.property(fc.json(), check))
})

test('whatever the values, the reader throws nothing but an error of a user', () => {
  const keys = [
    'modules',
    'groups',
    'probe',
    'buckets',
    'default',
    'size',
    'targets',
    'labels',
    'dns',
    'name',
    'allow',
    '__proto__',
    'constructor',
  ]
  const { tree } = fc.letrec(tie => ({
    leaf: fc.oneof(
      fc.anything({
        maxDepth: 1,
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
      }),
      fc.constantFrom<unknown>('a:1', 64, '1s', true, Symbol('s'), () => 1),
    ),
    tree: fc.oneof(
      { depthSize: 'medium' },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 5 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys.slice(0, 4)), tree), value => {
      readValue(value)
    }),
  )
})
