import { mkdirSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { checkedLibc } from '../../../src/engine/kernel/trial/checked-libc.ts'
import { runDoctor } from '../../../src/jobs/doctor/run.ts'
import { surveyEngines } from '../../../src/jobs/engines/survey.ts'
import { checkSchema } from '../../../src/schema/check.ts'
import { diffSchema } from '../../../src/schema/diff.ts'
import { doctorSchema } from '../../../src/schema/doctor.ts'
import { enginesSchema } from '../../../src/schema/engines.ts'
import { resultSchema } from '../../../src/schema/result.ts'
import { kernelMissing } from '../engine/kernel/kernel.ts'
import { produced, type DocumentKind, type Produced } from './documents.ts'
import { fieldsIn, fieldsOf, type SchemaNode } from './fields.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const make = (await import(`${ROOT}scripts/schema.mjs`)) as Readonly<Record<string, (schema: unknown) => SchemaNode>>

const SCHEMAS: Readonly<Record<DocumentKind, SchemaNode | undefined>> = {
  result: make['jsonSchemaOf']?.(resultSchema),
  suite: make['checkJsonSchemaOf']?.(checkSchema),
  diff: make['diffJsonSchemaOf']?.(diffSchema),
  engines: make['enginesJsonSchemaOf']?.(enginesSchema),
  doctor: make['doctorJsonSchemaOf']?.(doctorSchema),
}

/** For each field, the first document of `documents.ts` that has it. `npm run schema:coverage` prints it. */
const TABLE = `${ROOT}node_modules/.vitest/schema-coverage.txt`

vi.mock(import('../../../src/engine/kernel/trial/checked-libc.ts'), { spy: true })
vi.mock(import('node:os'), { spy: true })

/** Documents of a host without koffi and without a loopback interface. It stays so for the rest of this file. */
async function* onPoorHost(): AsyncIterable<Produced> {
  vi.mocked(checkedLibc).mockReturnValue({ missing: 'the optional package koffi cannot be loaded' })
  vi.mocked(networkInterfaces).mockReturnValue({})
  yield { kind: 'engines', run: 'a host without koffi', document: await surveyEngines() }
  yield { kind: 'doctor', run: 'a host without a loopback interface', document: await runDoctor() }
}

test.skipIf(kernelMissing)('every field of every schema is produced by some run', async () => {
  const runs = new Map<string, string>()
  for (const documents of [produced(), onPoorHost()]) {
    for await (const { kind, run, document } of documents) {
      const saved: unknown = JSON.parse(JSON.stringify(document))
      for (const field of fieldsIn(SCHEMAS[kind] ?? {}, kind, saved)) if (!runs.has(field)) runs.set(field, run)
    }
  }
  const fields = Object.entries(SCHEMAS).flatMap(([kind, schema]) => [...fieldsOf(schema ?? {}, kind)])
  mkdirSync(`${ROOT}node_modules/.vitest`, { recursive: true })
  const lines = [...new Set(fields)].map(field => `${field.padEnd(50)} ${runs.get(field) ?? 'NO RUN'}\n`)
  writeFileSync(TABLE, lines.join(''))
  expect(fields.length).toBeGreaterThan(300)
  expect(fields.filter(field => !runs.has(field))).toEqual([])
})
