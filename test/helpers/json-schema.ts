import { readFileSync } from 'node:fs'
import { Ajv2020, type AnySchemaObject, type ErrorObject } from 'ajv/dist/2020.js'
import { ROOT } from './child.ts'

/** What a schema of test/schemas finds wrong with a value; empty if nothing. */
export function schemaOf(name: string): (value: unknown) => readonly ErrorObject[] {
  const schema = JSON.parse(readFileSync(`${ROOT}test/schemas/${name}.schema.json`, 'utf8')) as AnySchemaObject
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema)
  return value => (validate(value) === true ? [] : (validate.errors ?? []))
}
