import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv, type AnySchemaObject } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configSchema } from '../../../../src/jobs/monitor/config-schema.ts'
import { readConfig } from '../../../../src/jobs/monitor/config.ts'
import type { MonitorConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const FOLDER = `${ROOT}fixtures/configs/`

const { configJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
  configJsonSchemaOf: (schema: typeof configSchema) => AnySchemaObject
}
const schema = configJsonSchemaOf(configSchema)
/** A validator that has only the JSON Schema, like an editor. */
const accepts = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(schema)

function read(name: string): MonitorConfig {
  return readConfig(readYaml(name, readFileSync(FOLDER + name, 'utf8'), 'configuration file'))
}

const files = readdirSync(FOLDER)

test('the schema is valid, with a name and a title', () => {
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:udptool:exporter:1',
    title: 'udptool configuration file',
    additionalProperties: false,
  })
})

test('every key has a description', () => {
  const mute: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    if ('properties' in node && typeof node.properties === 'object' && node.properties !== null)
      for (const [name, inner] of Object.entries(node.properties))
        if ((inner as { description?: string }).description === undefined) mute.push(`${path}.${name}`)
    for (const [name, inner] of Object.entries(node)) walk(inner, `${path}/${name}`)
  }
  walk(schema, '')
  expect(mute).toEqual([])
})

describe.each(files.filter(name => name.startsWith('right')))('fixtures/configs/%s', name => {
  test('is valid for an editor and for udptool', () => {
    expect([accepts(parse(readFileSync(FOLDER + name, 'utf8'))), accepts.errors]).toEqual([true, null])
    expect(read(name).groups.length).toBeGreaterThan(0)
  })
})

describe.each(files.filter(name => name.startsWith('wrong')))('fixtures/configs/%s', name => {
  test('is invalid for an editor and for udptool, at the place named in its comment', () => {
    const text = readFileSync(FOLDER + name, 'utf8')
    const [, place = ''] = /^# wrong at (\d+:\d+)/u.exec(text) ?? []
    expect(accepts(parse(text))).toBe(false)
    expect(failure(() => read(name)).message).toContain(`${name}:${place}: `)
  })
})

test('there are files of both kinds', () => {
  expect(files.filter(name => name.startsWith('right')).length).toBeGreaterThan(1)
  expect(files.filter(name => name.startsWith('wrong')).length).toBeGreaterThan(4)
})
