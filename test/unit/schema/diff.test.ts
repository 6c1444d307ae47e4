import { fileURLToPath } from 'node:url'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { diffSchema } from '../../../src/schema/diff.ts'
import { resultSchema } from '../../../src/schema/result.ts'
import { compareRuns, withBaseline } from '../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE } from '../../../src/verdict/compare/diff.ts'
import { around, runWith } from '../verdict/compared.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const { diffJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
  diffJsonSchemaOf: (schema: typeof diffSchema) => AnySchemaObject
}

/** A validator that has only the JSON Schema. */
const accepts = new Ajv2020({ strict: true, allErrors: true }).compile(diffJsonSchemaOf(diffSchema))
const [few, silent] = [runWith(around(2, 10)), runWith([NaN, NaN])]
const saved = (document: unknown): unknown => JSON.parse(JSON.stringify(document))

test('a comparison matches the schema, with missing figures and bounds', () => {
  for (const [a, b] of [
    [few, few],
    [few, silent],
    [silent, few],
  ] as const) {
    const document = saved(compareRuns({ ...a, file: 'a.json' }, b, TOLERANCE))
    expect(diffSchema.safeParse(document).error?.issues ?? []).toEqual([])
    expect([accepts(document), accepts.errors]).toEqual([true, null])
  }
})

test('the baseline of a Result matches, too', () => {
  expect(resultSchema.safeParse(saved(withBaseline(few, silent, TOLERANCE))).error?.issues ?? []).toEqual([])
})

test.each([
  ['an unknown outcome', { outcome: 'fine' }],
  ['an unknown metric', { metric: 'rtt.p42' }],
  ['no sentence', { text: undefined }],
])('refuses %s', (_, change) => {
  const { metrics, ...rest } = compareRuns(few, few, TOLERANCE)
  const document = saved({ ...rest, metrics: metrics.map(metric => ({ ...metric, ...change })) })
  expect(accepts(document)).toBe(false)
})
