import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import type { AnySchemaObject } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { checkFileSchema } from '../../../../src/jobs/check/file-schema.ts'
import { planSuite } from '../../../../src/jobs/check/suite-plan.ts'
import { failure } from '../../../helpers/refused.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const FOLDER = `${ROOT}fixtures/checks/`

const { checkFileJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
  checkFileJsonSchemaOf: (schema: typeof checkFileSchema) => AnySchemaObject
}
const schema = checkFileJsonSchemaOf(checkFileSchema)
/** A validator that has only the JSON Schema, like an editor. */
const accepts = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema)

const files = readdirSync(FOLDER)

test('the schema is valid, with a name and a title', () => {
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:udptool:check-file:1',
    title: 'udptool check file',
    additionalProperties: false,
  })
})

test('every key has a description', () => {
  const mute: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    if ('properties' in node && typeof node.properties === 'object' && node.properties !== null) {
      for (const [name, inner] of Object.entries(node.properties)) {
        const known = inner as { description?: string; allOf?: unknown; $ref?: string }
        if (
          known.description === undefined &&
          known.allOf === undefined &&
          known.$ref === undefined &&
          name !== 'checks'
        )
          mute.push(`${path}.${name}`)
      }
    }
    for (const [name, inner] of Object.entries(node)) walk(inner, `${path}/${name}`)
  }
  walk(schema, '')
  expect(mute).toEqual([])
})

describe.each(files.filter(name => name.startsWith('right')))('fixtures/checks/%s', name => {
  const text = readFileSync(FOLDER + name, 'utf8')

  test('is valid for an editor and for udptool', () => {
    expect([accepts(parse(text)), accepts.errors]).toEqual([true, null])
    expect(planSuite(readYaml(name, text)).checks.length).toBeGreaterThan(0)
  })
})

describe.each(files.filter(name => name.startsWith('wrong')))('fixtures/checks/%s', name => {
  const text = readFileSync(FOLDER + name, 'utf8')

  test('is invalid for an editor and for udptool, at the place named in its comment', () => {
    const [, place = ''] = /^# wrong at (\d+:\d+)/u.exec(text) ?? []
    expect(accepts(parse(text))).toBe(false)
    expect(failure(() => planSuite(readYaml(name, text))).message).toContain(`${name}:${place}: `)
  })
})

test('there are files of both kinds', () => {
  expect(files.filter(name => name.startsWith('right')).length).toBeGreaterThan(2)
  expect(files.filter(name => name.startsWith('wrong')).length).toBeGreaterThan(4)
})
