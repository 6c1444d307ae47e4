import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTarget } from '../../../../src/base/target.ts'
import { readTargetFile } from '../../../../src/jobs/discovery/target-file.ts'
import { attempt, refused } from '../../../helpers/refused.ts'

function shown(file: string, text: string): readonly string[] {
  return readTargetFile(file, text).map(({ target, labels }) => `${formatTarget(target)} ${JSON.stringify(labels)}`)
}

/** The example of the documentation of Prometheus (configuration, file_sd_config), with labels. */
const JSON_FILE = `[
  { "targets": ["10.0.0.7:9000", "edge.example"], "labels": { "site": "fra", "__meta_rack": "7" } },
  { "targets": ["[2001:db8::1]:7"] }
]`
const YAML_FILE = `
- targets: ['10.0.0.7:9000', edge.example]
  labels: { site: fra, __meta_rack: 7 }
- targets: ['[2001:db8::1]:7']
`

test.each([
  ['a.json', JSON_FILE],
  ['a.JSON', JSON_FILE],
  ['a.yml', YAML_FILE],
  ['a.yaml', YAML_FILE],
  // JSON is YAML.
  ['a.yaml', JSON_FILE],
])('%s: targets with the labels of their entry, without those for relabeling', (file, text) => {
  expect(shown(file, text)).toEqual([
    '10.0.0.7:9000 {"site":"fra"}',
    'edge.example:9000 {"site":"fra"}',
    '[2001:db8::1]:7 {}',
  ])
})

test('a list without entries, and an entry without targets, name none', () => {
  expect(shown('a.json', '[]')).toEqual([])
  expect(shown('a.yaml', '- targets: []')).toEqual([])
})

describe('a mistake is refused with its place', () => {
  test.each([
    ['a.json', '[{ "targets": ["10.0.0.7:9000" }]', 'a.json:1:32: the indentation does not fit'],
    ['a.json', '', 'a.json:1:1: the file is empty (write [] for no targets)'],
    ['a.yaml', '', 'a.yaml:1:1: the file is empty (write [] for no targets)'],
    ['a.json', '[\n  { "target": ["a"] }\n]', 'a.json:2:5: there is no key "target" (did you mean targets?)'],
    ['a.json', '{ "targets": ["a"] }', 'a.json:1:1: this cannot be {"targets":["a"]}: a file of targets is a list'],
    ['a.json', '[{ "targets": "a" }]', 'a.json:1:15: targets cannot be "a": it is a list of targets'],
    ['a.json', '[{ "targets": [7] }]', 'a.json:1:16: this cannot be 7: it is a text'],
    ['a.json', '[{ "targets": ["http://a:9/x"] }]', 'a.json:1:16: the target cannot be "http://a:9/x"'],
    ['a.json', '[{ "targets": ["224.0.0.1:9"] }]', 'a.json:1:16: the target 224.0.0.1 is a multicast address'],
    ['a.json', '[{ "targets": [], "labels": { "1": "a" } }]', 'a.json:1:31: a label cannot be called "1"'],
    ['a.json', '[{ "targets": [], "labels": { "module": "a" } }]', 'a.json:1:31: a label cannot be called "module"'],
    [
      'a.json',
      '[{ "targets": [], "labels": { "a": null } }]',
      'a.json:1:36: a cannot be null: it is one text or number',
    ],
    [
      'a.json',
      JSON.stringify([
        { targets: [], labels: Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`l${n}`, ''])) },
      ]),
      'a.json:1:25: there are 31 labels (write at most 30)',
    ],
    ['a.json', "- targets: ['a']", 'a.json is YAML and no JSON'],
  ])('%s: %s', (file, text, message) => {
    expect(refused(() => readTargetFile(file, text))).toContain(message)
  })
})

test('whatever is in a file, it is read or refused', () => {
  const file = fc.constantFrom('a.json', 'a.yaml')
  const content = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(fc.record({ targets: fc.array(fc.string()) })).map(one => JSON.stringify(one)),
  )
  fc.assert(
    fc.property(file, content, (name, text) => {
      attempt(() => readTargetFile(name, text))
    }),
  )
})
