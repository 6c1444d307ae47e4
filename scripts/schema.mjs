// Makes the JSON Schemas of the documents from the sources of their TypeScript types. `build.mjs` writes them into dist.
import { writeFileSync } from 'node:fs'
import { z } from 'zod'

/** Only integers that a double holds exactly can be written, so this limit has no use for a reader. */
const MOST = Number.MAX_SAFE_INTEGER

/** The JSON Schema of a document. `names`: parts that occur in several places get a name in `$defs`. */
function describe(documentSchema, $id, title, names, target = 'draft-2020-12') {
  const described = z.toJSONSchema(documentSchema, {
    target,
    // The schema of the written document, before transformations.
    io: 'input',
    metadata: {
      get: schema => ({ ...z.globalRegistry.get(schema), ...(names.has(schema) ? { id: names.get(schema) } : {}) }),
    },
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === MOST) delete jsonSchema.maximum
    },
  })
  const { $schema, description, ...rest } = described
  return { $schema, $id, title, description, ...rest }
}

/** Parts that a Result has in several places. */
function partsOf(resultSchema) {
  const { ledger, loss, truncation, rtt, rate } = resultSchema.shape
  const { limit, burst } = rate.unwrap().shape
  return [
    [ledger, 'ledger'],
    [loss, 'loss'],
    [truncation, 'truncation'],
    [rtt.unwrap(), 'delay'],
    [ledger.shape.fates, 'fates'],
    [limit, 'limit'],
    [burst.unwrap(), 'burst'],
  ]
}

/** The JSON Schema of `src/schema/result.ts`. */
export function jsonSchemaOf(resultSchema) {
  return describe(resultSchema, 'urn:udptool:result:1', 'udptool Result, version 1', new Map(partsOf(resultSchema)))
}

/** The JSON Schema of `src/schema/query.ts`. */
export function queryJsonSchemaOf(querySchema) {
  return describe(querySchema, 'urn:udptool:query:1', 'udptool query, version 1', new Map())
}

/** The JSON Schema of `src/schema/check.ts`. A check may have a Result or the document of a query. */
export function checkJsonSchemaOf(checkSchema) {
  const { result: optionalResult, query } = checkSchema.shape.checks.element.shape
  const result = optionalResult.unwrap()
  const names = new Map([[result, 'result'], ...partsOf(result), [query.unwrap(), 'query']])
  return describe(checkSchema, 'urn:udptool:check:1', 'udptool suite of checks, version 1', names)
}

/** The JSON Schema of `src/schema/diff.ts`. */
export function diffJsonSchemaOf(diffSchema) {
  const { a, metrics } = diffSchema.shape
  const names = new Map([
    [a, 'run'],
    [metrics.element.shape.a.unwrap(), 'figure'],
  ])
  return describe(diffSchema, 'urn:udptool:diff:1', 'udptool diff, version 1', names)
}

/** The JSON Schema of a check file (`src/jobs/check/file-schema.ts`), in the draft that most editors support. */
export function checkFileJsonSchemaOf(checkFileSchema) {
  const { defaults, checks } = checkFileSchema.shape
  const names = new Map([
    [defaults.unwrap().shape.serve.unwrap(), 'serve'],
    [checks.unwrap().element, 'check'],
  ])
  return describe(checkFileSchema, 'urn:udptool:check-file:1', 'udptool check file', names, 'draft-07')
}

/** The JSON Schema of a configuration file (`src/jobs/monitor/config-schema.ts`), in the draft that most editors support. */
export function configJsonSchemaOf(configSchema) {
  return describe(configSchema, 'urn:udptool:exporter:1', 'udptool configuration file', new Map(), 'draft-07')
}

/** The JSON Schema of `src/schema/engines.ts`. */
export function enginesJsonSchemaOf(enginesSchema) {
  return describe(enginesSchema, 'urn:udptool:engines:1', 'udptool engines, version 1', new Map())
}

/** The JSON Schema of `src/schema/doctor.ts`. */
export function doctorJsonSchemaOf(doctorSchema) {
  return describe(doctorSchema, 'urn:udptool:doctor:1', 'udptool doctor, version 1', new Map())
}

/** Writes each schema next to its module. */
export async function writeSchemas(dist) {
  const { resultSchema } = await import(new URL('schema/result.js', dist).href)
  const { querySchema } = await import(new URL('schema/query.js', dist).href)
  const { checkSchema } = await import(new URL('schema/check.js', dist).href)
  const { diffSchema } = await import(new URL('schema/diff.js', dist).href)
  const { checkFileSchema } = await import(new URL('jobs/check/file-schema.js', dist).href)
  const { configSchema } = await import(new URL('jobs/monitor/config-schema.js', dist).href)
  const { enginesSchema } = await import(new URL('schema/engines.js', dist).href)
  const { doctorSchema } = await import(new URL('schema/doctor.js', dist).href)
  write(new URL('schema/result.schema.json', dist), jsonSchemaOf(resultSchema))
  write(new URL('schema/query.schema.json', dist), queryJsonSchemaOf(querySchema))
  write(new URL('schema/check.schema.json', dist), checkFileJsonSchemaOf(checkFileSchema))
  write(new URL('schema/exporter.schema.json', dist), configJsonSchemaOf(configSchema))
  write(new URL('schema/suite.schema.json', dist), checkJsonSchemaOf(checkSchema))
  write(new URL('schema/diff.schema.json', dist), diffJsonSchemaOf(diffSchema))
  write(new URL('schema/engines.schema.json', dist), enginesJsonSchemaOf(enginesSchema))
  write(new URL('schema/doctor.schema.json', dist), doctorJsonSchemaOf(doctorSchema))
}

function write(file, schema) {
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`)
}
