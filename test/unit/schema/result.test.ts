import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { resultSchema } from '../../../src/schema/result.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const RESULTS = `${ROOT}fixtures/results/`

/** The generator of the build, plain JavaScript because it runs before anything is compiled. */
const { jsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
  jsonSchemaOf: (schema: typeof resultSchema) => AnySchemaObject
}
const schema = jsonSchemaOf(resultSchema)
const fixtures = readdirSync(RESULTS).filter(name => name.endsWith('.json'))

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${RESULTS}${name}`, 'utf8')) as Record<string, unknown>
}

/** A validator that has only the JSON Schema. */
const validator = new Ajv2020({ strict: true, strictTuples: true, allowUnionTypes: true, allErrors: true })
const accepts = validator.compile(schema)

/** The faults of a document. Empty if it is valid. */
function faults(document: unknown): string[] {
  return accepts(document) ? [] : (accepts.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''}`)
}

test('the schema is valid for draft 2020-12, with a name and a title', () => {
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:udptool:result:1',
    title: 'udptool Result, version 1',
    type: 'object',
    additionalProperties: false,
  })
  expect(validator.validateSchema(schema)).toBe(true)
})

test('parts that occur in several places are defined once', () => {
  expect(Object.keys(schema['$defs'] as object).toSorted()).toEqual([
    'burst',
    'delay',
    'fates',
    'ledger',
    'limit',
    'loss',
    'truncation',
  ])
})

test('there are saved Results to check', () => {
  expect(fixtures.length).toBeGreaterThan(5)
})

describe.each(fixtures)('%s', name => {
  test('is valid for zod and for the JSON Schema', () => {
    expect(resultSchema.safeParse(read(name)).error?.issues ?? []).toEqual([])
    expect(faults(read(name))).toEqual([])
  })
})

describe('refuses', () => {
  const [name = ''] = fixtures
  const ledger = (): object => read(name)['ledger'] as object

  test.each<[string, () => Record<string, unknown>]>([
    ['an unknown field', () => ({ ...read(name), lossage: 1 })],
    ['an unknown field further in', () => ({ ...read(name), ledger: { ...ledger(), lost: 1 } })],
    ['an unknown fate', () => ({ ...read(name), ledger: { ...ledger(), fates: { intact: 1, vanished: 1 } } })],
    ['a missing field', () => ({ ...read(name), ledger: undefined })],
    ['a negative count', () => ({ ...read(name), ledger: { ...ledger(), sent: -1 } })],
    ['half a datagram', () => ({ ...read(name), ledger: { ...ledger(), sent: 0.5 } })],
    ['another version', () => ({ ...read(name), schema: 'udptool/result/2' })],
    ['a text for a number', () => ({ ...read(name), durationMs: '3' })],
  ])('%s', (_, document) => {
    const json: unknown = JSON.parse(JSON.stringify(document()))
    expect(resultSchema.safeParse(json).success).toBe(false)
    expect(faults(json)).not.toEqual([])
  })
})
