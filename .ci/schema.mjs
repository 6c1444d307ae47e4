// Makes the JSON Schema of the Result document from the same source as its TypeScript type. `build.mjs` writes it into dist.
import { writeFileSync } from 'node:fs'
import { z } from 'zod'

/** Only integers that a double holds exactly can be written, so the limit says nothing to a reader. */
const MOST = Number.MAX_SAFE_INTEGER

/** The JSON Schema (draft 2020-12) of `src/schema/result.ts`. What the document has in several places gets a name in `$defs`. */
export function jsonSchemaOf(resultSchema) {
  const { ledger, loss, truncation, rtt } = resultSchema.shape
  const names = new Map([
    [ledger, 'ledger'],
    [loss, 'loss'],
    [truncation, 'truncation'],
    [rtt.unwrap(), 'delay'],
  ])
  const described = z.toJSONSchema(resultSchema, {
    target: 'draft-2020-12',
    metadata: {
      get: schema => ({ ...z.globalRegistry.get(schema), ...(names.has(schema) ? { id: names.get(schema) } : {}) }),
    },
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === MOST) delete jsonSchema.maximum
    },
  })
  const { $schema, description, ...rest } = described
  return { $schema, $id: 'urn:udptool:result:1', title: 'udptool Result, version 1', description, ...rest }
}

/** Writes the schema beside the module that it is made from. */
export async function writeSchema(dist) {
  const { resultSchema } = await import(new URL('schema/result.js', dist).href)
  const text = JSON.stringify(jsonSchemaOf(resultSchema), undefined, 2)
  writeFileSync(new URL('schema/result.schema.json', dist), `${text}\n`)
}
