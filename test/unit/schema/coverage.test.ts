import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { renderDocument } from '../../../src/report/formats/json.ts'
import { produced } from './documents.ts'
import { fieldsIn, fieldsOf, type SchemaNode } from './fields.ts'
import { SCHEMAS, type DocumentKind } from './recorded-runs.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const make = (await import(`${ROOT}scripts/schema.mjs`)) as Readonly<Record<string, (schema: unknown) => SchemaNode>>

const NODES: Readonly<Record<DocumentKind, SchemaNode | undefined>> = {
  result: make['jsonSchemaOf']?.(SCHEMAS.result),
  suite: make['checkJsonSchemaOf']?.(SCHEMAS.suite),
  diff: make['diffJsonSchemaOf']?.(SCHEMAS.diff),
  engines: make['enginesJsonSchemaOf']?.(SCHEMAS.engines),
  doctor: make['doctorJsonSchemaOf']?.(SCHEMAS.doctor),
  query: make['queryJsonSchemaOf']?.(SCHEMAS.query),
}

/** The simulations are 40,000 probes, on a machine that runs other tests. */
const TIMEOUT_MS = 180_000

/** For each field, the first document of `documents.ts` that has it. `npm run schema:coverage` prints it. */
const TABLE = `${ROOT}node_modules/.vitest/schema-coverage.txt`

test(
  'every field of every schema is produced by some run',
  async () => {
    const runs = new Map<string, string>()
    for await (const { kind, run, document } of produced()) {
      const saved: unknown = JSON.parse(renderDocument(document))
      expect([run, SCHEMAS[kind].safeParse(saved).error?.issues ?? []]).toEqual([run, []])
      for (const field of fieldsIn(NODES[kind] ?? {}, kind, saved)) if (!runs.has(field)) runs.set(field, run)
    }
    const fields = [...new Set(Object.entries(NODES).flatMap(([kind, schema]) => [...fieldsOf(schema ?? {}, kind)]))]
    mkdirSync(`${ROOT}node_modules/.vitest`, { recursive: true })
    writeFileSync(TABLE, fields.map(field => `${field.padEnd(50)} ${runs.get(field) ?? 'NO RUN'}\n`).join(''))
    expect(fields.length).toBeGreaterThan(300)
    expect(fields.filter(field => !runs.has(field))).toEqual([])
  },
  TIMEOUT_MS,
)
