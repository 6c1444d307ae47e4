import { fileURLToPath } from 'node:url'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { checkSchema } from '../../../src/schema/check.ts'
import { querySchema } from '../../../src/schema/query.ts'
import { suiteOfQuery } from '../../../src/verdict/suite/suite-of-one.ts'
import { answeredBy, facts, judged, MESSAGE } from '../verdict/query/facts.ts'
import { QUERIES } from '../verdict/query/queries.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const { queryJsonSchemaOf, checkJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
  queryJsonSchemaOf: (schema: typeof querySchema) => AnySchemaObject
  checkJsonSchemaOf: (schema: typeof checkSchema) => AnySchemaObject
}
const schema = queryJsonSchemaOf(querySchema)
/** Validators that have only the JSON Schema. */
const validator = new Ajv2020({ strict: true, strictTuples: true, allowUnionTypes: true, allErrors: true })
const [accepts, acceptsSuite] = [validator.compile(schema), validator.compile(checkJsonSchemaOf(checkSchema))]
const saved = (document: unknown): unknown => JSON.parse(JSON.stringify(document))

test('the schema has a name, and describes what is not plain', () => {
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:udptool:query:1',
    title: 'udptool query, version 1',
    additionalProperties: false,
  })
})

test.each(QUERIES)('%s is right to zod and to the JSON Schema, alone and in a suite', (_, document) => {
  expect(querySchema.safeParse(saved(document)).error?.issues ?? []).toEqual([])
  expect([accepts(saved(document)), accepts.errors]).toEqual([true, null])
  const suite = saved(suiteOfQuery(document))
  expect(checkSchema.safeParse(suite).error?.issues ?? []).toEqual([])
  expect([acceptsSuite(suite), acceptsSuite.errors]).toEqual([true, null])
})

describe('refuses', () => {
  const document = judged(facts([answeredBy(MESSAGE)]))
  test.each<[string, object]>([
    ['an unknown field', { ...document, answer: 42 }],
    ['an unknown service', { ...document, service: 'tftp' }],
    ['an unknown fate', { ...document, ledger: { ...document.ledger, fates: { answered: 1, lost: 1 } } }],
    ['a negative count', { ...document, arrivals: { ...document.arrivals, duplicates: -1 } }],
    ['a missing verdict', { ...document, verdict: undefined }],
    ['another version', { ...document, schema: 'udptool/query/2' }],
  ])('%s', (_, wrong) => {
    expect(querySchema.safeParse(saved(wrong)).success).toBe(false)
    expect(accepts(saved(wrong))).toBe(false)
  })
})
