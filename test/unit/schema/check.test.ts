import { fileURLToPath } from 'node:url'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { checkSchema } from '../../../src/schema/check.ts'
import type { Suite } from '../../../src/verdict/suite/suite.ts'
import { suiteOfOne } from '../../../src/verdict/suite/suite-of-one.ts'
import { RESULTS } from '../report/result-files.ts'
import { BREAKING_SUITE, SUITE } from '../report/suites.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const { checkJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
  checkJsonSchemaOf: (schema: typeof checkSchema) => AnySchemaObject
}
const schema = checkJsonSchemaOf(checkSchema)
const accepts = new Ajv2020({ strict: true, strictTuples: true, allowUnionTypes: true, allErrors: true }).compile(
  schema,
)

function faults(document: unknown): string[] {
  return accepts(document) ? [] : (accepts.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''}`)
}

test('the schema has a name, and parts that occur in several places are defined once', () => {
  expect(schema).toMatchObject({ $id: 'urn:udptool:check:1', title: 'udptool suite of checks, version 1' })
  expect(Object.keys(schema['$defs'] as object)).toEqual(expect.arrayContaining(['result', 'ledger', 'delay']))
})

test.each<[string, Suite]>([
  ['a suite', SUITE],
  ['hostile texts', BREAKING_SUITE],
  ...RESULTS.map(([name, result]) => [name, suiteOfOne(result)] as [string, Suite]),
])('%s is right to zod and to the JSON Schema', (_, suite) => {
  const json: unknown = JSON.parse(JSON.stringify(suite))
  expect(checkSchema.safeParse(json).error?.issues ?? []).toEqual([])
  expect(faults(json)).toEqual([])
})

describe('refuses', () => {
  test.each<[string, object]>([
    ['an unknown field', { ...SUITE, lossage: 1 }],
    ['an unknown verdict', { ...SUITE, verdict: 'maybe' }],
    ['a check without a level', { ...SUITE, checks: SUITE.checks.map(check => ({ ...check, level: undefined })) }],
    [
      'a place before the first line',
      { ...SUITE, checks: SUITE.checks.map(check => ({ ...check, place: { file: 'x', line: 0, column: 1 } })) },
    ],
  ])('%s', (_, document) => {
    const json: unknown = JSON.parse(JSON.stringify(document))
    expect(checkSchema.safeParse(json).success).toBe(false)
    expect(faults(json)).not.toEqual([])
  })
})
