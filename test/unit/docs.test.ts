import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { COMMANDS } from '../../src/cli/commands.ts'
import { EXIT } from '../../src/cli/exit.ts'
import { COMMON_OPTIONS } from '../../src/cli/flags.ts'
import { addSubcommand } from '../../src/cli/add-subcommand.ts'
import { TRIALS } from '../../src/engine/kernel/trial/capabilities.ts'
import type { ImpairmentRule } from '../../src/facts/impairment-rule.ts'
import { createRelayFacts } from '../../src/facts/relay.ts'
import { createRelayTruth } from '../../src/facts/relay-truth.ts'
import { DROP_REASONS } from '../../src/facts/drop-reason.ts'
import { SANITY_CHECKS } from '../../src/jobs/check/sanity-checks.ts'
import { FORMATS } from '../../src/report/formats.ts'
import { exporterFamilies } from '../../src/report/formats/exporter-metrics.ts'
import { intervalEvent } from '../../src/report/formats/interval-event.ts'
import { monitorFamilies } from '../../src/report/formats/monitor-metrics.ts'
import { searchFamilies } from '../../src/report/formats/search-metrics.ts'
import { configSchema } from '../../src/jobs/monitor/config-schema.ts'
import { labelFault } from '../../src/jobs/monitor/labels.ts'
import { MODULE_OPTIONS } from '../../src/jobs/monitor/options.ts'
import { CAPABILITY_BENEFITS } from '../../src/jobs/engines/capability-words.ts'
import type { OptionRow, OptionTable } from '../../src/options/option.ts'
import { PRESETS, QUESTION_OPTIONS } from '../../src/runs/query/options.ts'
import { parseImpairmentRules } from '../../src/runs/impairment-rules.ts'
import { LESSONS } from '../../src/lab/lessons.ts'
import { createTcpFacts } from '../../src/runs/tcp-serve/facts.ts'
import { FATES } from '../../src/ledger/fate.ts'
import { doctorSchema } from '../../src/schema/doctor.ts'
import { diffSchema } from '../../src/schema/diff.ts'
import { enginesSchema } from '../../src/schema/engines.ts'
import { checkSchema } from '../../src/schema/check.ts'
import { querySchema } from '../../src/schema/query.ts'
import { resultSchema } from '../../src/schema/result.ts'
import { METRICS } from '../../src/verdict/expect/metrics.ts'
import { PROBE_COLUMNS } from '../../src/verdict/probe-row.ts'
import { QUERY_METRICS } from '../../src/verdict/query/metrics.ts'
import { parseQueryExpectation } from '../../src/verdict/query/query-expectation.ts'
import type { ServiceName } from '../../src/wire/services/answers.ts'
import { OFFSET } from '../../src/wire/probe.ts'
import { METRICS as SCRAPE } from '../helpers/exporter-contract.ts'
import { readExposition } from '../helpers/exposition.ts'
import { TABLES } from '../helpers/option-tables.ts'
import { INTERVAL_REPORT } from './report/interval-reports.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The rows of the tables below a heading (all tables of the page without one), head and rule left out, as lists of cells. */
function rows(page: string, heading?: string): string[][] {
  const text = read(page)
  const start = heading === undefined ? 0 : text.indexOf(`\n## ${heading}\n`)
  if (start < 0) throw new Error(`${page} has no heading ${heading ?? ''}`)
  const end = heading === undefined ? -1 : text.indexOf('\n## ', start + 1)
  const lines = text.slice(start, end < 0 ? undefined : end).split('\n')
  return lines
    .filter((line, i) => line.startsWith('|') && !line.startsWith('| -') && lines[i + 1]?.startsWith('| -') !== true)
    .map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    )
}

/** The first cell of each row, where it is code: `` `name` `` → `name`. */
function names(table: readonly string[][]): string[] {
  return table.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
}

/** The names of all properties: `a`, `a.b`. */
function paths(value: object): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null ? [name, ...paths(inner).map(path => `${name}.${path}`)] : [name],
  )
}

interface SchemaNode {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly items?: SchemaNode | false
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly $defs?: Readonly<Record<string, SchemaNode>>
}

/** Every path of a JSON Schema, with `?` after a field that may be absent. A repeated part is listed once, where it occurs first. */
function pathsOf(schema: SchemaNode): string[] {
  const found: string[] = []
  const told = new Set<string>()
  const walk = (node: SchemaNode, path: string): void => {
    if (node.$ref !== undefined) {
      const name = node.$ref.replace('#/$defs/', '')
      const shape = schema.$defs?.[name]
      if (shape !== undefined && !told.has(name)) walk(shape, path)
      told.add(name)
    }
    if (node.type === 'array' && node.items !== undefined && node.items !== false) walk(node.items, `${path}[]`)
    for (const [name, inner] of Object.entries(node.properties ?? {})) {
      const here = path === '' ? name : `${path}.${name}`
      found.push(`${here}${node.required?.includes(name) === true ? '' : ' ?'}`)
      walk(inner, here)
    }
  }
  walk(schema, '')
  return found
}

/** The fields that tables of a page name, in the form of `pathsOf`. */
function fieldsOf(page: string, headings: readonly string[]): string[] {
  return headings
    .flatMap(heading => rows(page, heading))
    .map(([field = '', type = '']) => `${field.replaceAll('`', '')}${type.endsWith('?') ? ' ?' : ''}`)
}

describe('errors', () => {
  const codes = [...read('src/base/error.ts').matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, code = '']) => code)
  const headings = [...read('docs/errors.md').matchAll(/^## (\w+)$/gm)].map(([, heading = '']) => heading)

  test('every code has a heading, and every heading is a code', () => {
    expect(codes).toContain('usage')
    expect(headings.toSorted()).toEqual(codes.toSorted())
  })
})

describe('exit codes', () => {
  test('the table has every status and no other', () => {
    const told = rows('docs/exit-codes.md').map(([status = '']) => Number(status))
    expect(told.toSorted((a, b) => a - b)).toEqual(Object.values(EXIT).toSorted((a, b) => a - b))
  })
})

const program = new Command().enablePositionalOptions()
for (const command of COMMANDS) addSubcommand(program, command, () => {})

/** Flags with the defaults that the docs show. */
function defaults(table: OptionTable): Map<string, string> {
  const rows: readonly OptionRow[] = Object.values({ ...table, ...COMMON_OPTIONS })
  return new Map(rows.map(row => [row.form, String(row.defaultText ?? row.default ?? '')]))
}

describe('flags', () => {
  const pages = Object.entries(TABLES).filter(([name]) => !name.includes(' '))

  test.each(pages)('docs/%s.md has every flag as --help has it, and no other', name => {
    const command = program.commands.find(one => one.name() === name)
    const forms = (command?.options ?? []).map(option => option.flags)
    expect(names(rows(`docs/${name}.md`, 'Flags')).toSorted()).toEqual(forms.toSorted())
  })

  test.each(pages)('docs/%s.md has their defaults', (name, table) => {
    const known = defaults(table)
    for (const [cell = '', shown = ''] of rows(`docs/${name}.md`, 'Flags')) {
      const form = cell.replaceAll('`', '')
      expect([form, shown]).toEqual([form, known.get(form) ?? ''])
    }
  })
})

describe('tcp', () => {
  const group = program.commands.find(one => one.name() === 'tcp')
  const commands = Object.entries(TABLES).flatMap(([name, table]) =>
    name.startsWith('tcp ') ? [[name.slice(4), table] as const] : [],
  )

  test('docs/tcp.md has every command', () => {
    expect(group?.commands.map(one => one.name())).toEqual(commands.map(([name]) => name))
  })

  test.each(commands)('docs/tcp.md has every flag of %s with its default, and no other', (name, options) => {
    const table = rows('docs/tcp.md', `Flags of tcp ${name}`)
    const forms = group?.commands.find(one => one.name() === name)?.options.map(option => option.flags) ?? []
    expect(names(table.map(([form = '']) => [form]))).toEqual(forms.filter(form => !defaults({}).has(form)))
    const known = defaults(options)
    for (const [form = '', shown] of table)
      expect([form, shown]).toEqual([form, known.get(form.replaceAll('`', '')) ?? ''])
  })

  test('docs/tcp.md has the flags that all have', () => {
    const table = rows('docs/tcp.md', 'Flags of all four')
    expect(table.map(([form = '', shown = '']) => [form.replaceAll('`', ''), shown])).toEqual([...defaults({})])
  })

  test('docs/tcp.md has every field and every reason that the server counts', () => {
    const facts = createTcpFacts()
    const told = names(rows('docs/tcp.md', 'Events').map(([name = '']) => [name]))
    expect(told.toSorted()).toEqual([...Object.keys(facts), ...Object.keys(facts.refused)].toSorted())
  })
})

describe('stamp', () => {
  const group = program.commands.find(one => one.name() === 'stamp')
  const commands = Object.entries(TABLES).flatMap(([name, table]) =>
    name.startsWith('stamp ') ? [[name.slice(6), table] as const] : [],
  )

  test('docs/stamp.md has every command', () => {
    expect(group?.commands.map(one => one.name())).toEqual(commands.map(([name]) => name))
  })

  test.each(commands)('docs/stamp.md has every flag of %s with its default, and no other', (name, options) => {
    const table = rows('docs/stamp.md', `Flags of stamp ${name}`)
    const forms = group?.commands.find(one => one.name() === name)?.options.map(option => option.flags) ?? []
    expect(names(table.map(([form = '']) => [form])).toSorted()).toEqual(forms.toSorted())
    const known = defaults(options)
    for (const [form = '', shown] of table)
      expect([form, shown]).toEqual([form, known.get(form.replaceAll('`', '')) ?? ''])
  })
})

describe('query', () => {
  const group = program.commands.find(one => one.name() === 'query')
  const all = rows('docs/query.md', 'Flags of all presets')

  test('docs/query.md has every preset', () => {
    expect(group?.commands.map(one => one.name())).toEqual(PRESETS)
    const told = [...read('docs/query.md').matchAll(/^## Flags of query (\w+)$/gmu)].map(([, preset]) => preset)
    expect(told).toEqual(PRESETS.filter(preset => Object.keys(QUESTION_OPTIONS[preset]).length > 0))
  })

  test.each(PRESETS)('docs/query.md has every flag of %s with its default, and no other', preset => {
    const isAsking = Object.keys(QUESTION_OPTIONS[preset]).length > 0
    const table = [...(isAsking ? rows('docs/query.md', `Flags of query ${preset}`) : []), ...all]
    const forms = group?.commands.find(one => one.name() === preset)?.options.map(option => option.flags) ?? []
    expect(names(table.map(([form = '']) => [form])).toSorted()).toEqual(forms.toSorted())
    const known = defaults(TABLES[`query ${preset}`] ?? {})
    for (const [form = '', shown] of table)
      expect([form, shown]).toEqual([form, known.get(form.replaceAll('`', '')) ?? ''])
  })
})

describe('the relay', () => {
  /** One of each rule: a rule that is added must be added here. */
  const RULES: Readonly<Record<ImpairmentRule['rule'], true>> = {
    drop: true,
    dropEvery: true,
    dropBurst: true,
    dropGilbert: true,
    duplicate: true,
    reorder: true,
    delay: true,
    truncate: true,
    corrupt: true,
    mtu: true,
    rate: true,
    blackout: true,
  }

  test('the table has every rule, as it can be written', () => {
    const written = names(rows('docs/relay.md', 'Rules')).filter(name => /^\w+=/.test(name))
    const rules = parseImpairmentRules(written, '--up').map(({ rule }) => rule)
    expect([...new Set(rules)].toSorted()).toEqual(Object.keys(RULES).toSorted())
  })

  test('the tables have every field of the record and every count, and no other', () => {
    const facts = createRelayFacts()
    facts.up.kernelDrops = 0
    Object.assign(facts, { clientsEvicted: 1, unreachable: 1, loops: 1 })
    facts.ignored.own = 1
    Object.assign(facts.receiveErrors, { ENOMEM: 1 })
    facts.actions.omitted = 1
    const { up, ...truth } = createRelayTruth(facts, '1')
    const told = names(rows('docs/relay.md', 'The record'))
    expect(told.filter(name => name !== 'down').toSorted()).toEqual(
      [...Object.keys({ ...truth, up }), ...Object.keys(up)].filter(name => name !== 'down').toSorted(),
    )
  })

  test('the tables say of each field whether it may be absent', () => {
    const empty = createRelayTruth(createRelayFacts(), '1')
    const present = { ...empty, ...empty.up }
    for (const [cell = '', meaning = ''] of rows('docs/relay.md', 'The record')) {
      for (const name of names([[cell]])) expect([name, /\babsent\b/.test(meaning)]).toEqual([name, !(name in present)])
    }
  })
})

describe('the Result', () => {
  test('docs/result.md has every field, and says of each whether it may be absent', async () => {
    const { jsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
      jsonSchemaOf: (schema: typeof resultSchema) => SchemaNode
    }
    const headings = [
      'The run',
      'The ledger',
      'Loss and damage',
      'Delay and order',
      'Pace',
      'Parts',
      'Other protocols',
      'Verdict',
    ]
    expect(fieldsOf('docs/result.md', headings)).toEqual(pathsOf(jsonSchemaOf(resultSchema)))
  })

  test('docs/result.md has every warning', () => {
    const sources = readdirSync(join(ROOT, 'src/verdict/diagnosis')).map(name => read(`src/verdict/diagnosis/${name}`))
    const codes = sources.flatMap(text => [...text.matchAll(/\bcode: '(\w+)'/g)].map(([, code = '']) => code))
    expect(names(rows('docs/result.md', 'Warnings')).toSorted()).toEqual([...new Set(codes)].toSorted())
  })
})

describe('the doctor', () => {
  test('docs/doctor.md has every field, and says of each whether it may be absent', async () => {
    const { doctorJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
      doctorJsonSchemaOf: (schema: typeof doctorSchema) => SchemaNode
    }
    expect(fieldsOf('docs/doctor.md', ['The document'])).toEqual(pathsOf(doctorJsonSchemaOf(doctorSchema)))
  })

  test('docs/doctor.md has every finding', () => {
    const sources = readdirSync(join(ROOT, 'src/jobs/doctor')).map(name => read(`src/jobs/doctor/${name}`))
    const written = sources.flatMap(text =>
      [...text.matchAll(/\bid(?::| =) (['`])(.+?)\1/gu)].map(([, , id = '']) => id),
    )
    const ids = written.map(id => id.replaceAll(/\$\{[^}]+\}/gu, '…'))
    expect(names(rows('docs/doctor.md', 'What is looked at')).toSorted()).toEqual([...new Set(ids)].toSorted())
  })
})

describe('udptool diff', () => {
  test('docs/diff.md has every field, and says of each whether it may be absent', async () => {
    const { diffJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
      diffJsonSchemaOf: (schema: typeof diffSchema) => SchemaNode
    }
    expect(fieldsOf('docs/diff.md', ['The document'])).toEqual(pathsOf(diffJsonSchemaOf(diffSchema)))
  })
})

describe('query', () => {
  test('docs/query.md has every field, and says of each whether it may be absent', async () => {
    const { queryJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
      queryJsonSchemaOf: (schema: typeof querySchema) => SchemaNode
    }
    expect(fieldsOf('docs/query.md', ['The document'])).toEqual(pathsOf(queryJsonSchemaOf(querySchema)))
  })

  test('docs/query.md has every metric with its type and its preset, in order', () => {
    const told = rows('docs/query.md', 'Expectations').filter(({ length }) => length === 4)
    expect(told.slice(0, QUERY_METRICS.size)).toEqual(
      [...QUERY_METRICS].map(([metric, { type, service }]) => [
        `\`${metric}\``,
        type,
        service ?? 'all',
        expect.stringMatching(/./u),
      ]),
    )
  })

  test('docs/query.md has every type with its operators', () => {
    const told = rows('docs/query.md', 'Expectations').filter(({ length }) => length === 3)
    expect(told.map(([type = '']) => type).toSorted()).toEqual(Object.keys(METRIC_OF_TYPE).toSorted())
    for (const [type = '', operators = ''] of told) {
      const [metric, service, values] = METRIC_OF_TYPE[type] ?? ['', 'message', []]
      const written = [...operators.matchAll(/`([^`]+)`/gu)].map(([, operator = '']) => operator)
      const taken = ['<', '<=', '>', '>=', '==', '!=', '=~', '!~'].filter(operator =>
        [...values, '/x/'].some(value => isExpectation(`${metric}${operator}${value}`, service)),
      )
      expect([type, written]).toEqual([type, taken])
      expect([type, operators.startsWith('none')]).toEqual([type, isExpectation(metric, service)])
    }
  })

  test('docs/query.md has every warning', () => {
    const source = read('src/verdict/query/query-warnings.ts')
    const codes = [...source.matchAll(/code: '(\w+)'/gu)].map(([, code = '']) => code)
    expect(names(rows('docs/query.md', 'Warnings').map(([code = '']) => [code]))).toEqual(codes)
  })
})

/** A metric of each type, its preset, and values that it takes. */
const METRIC_OF_TYPE: Readonly<
  Record<string, readonly [metric: string, service: ServiceName, values: readonly string[]]>
> = {
  count: ['reply.count', 'message', ['1']],
  duration: ['rtt', 'message', ['50ms']],
  size: ['reply.length', 'message', ['4KiB']],
  text: ['reply', 'message', []],
  hex: ['replyHex', 'message', ['ff']],
  word: ['dns.rcode', 'dns', ['NXDOMAIN']],
  flag: ['dns.aa', 'dns', ['true', 'false']],
  address: ['stun.mapped', 'stun', ['192.0.2.1:3478', '[2001:db8::1]:3478', 'true']],
  list: ['quic.versions', 'quic', ['true', 'false']],
}

function isExpectation(text: string, service: ServiceName): boolean {
  try {
    return parseQueryExpectation(text, service).metric !== ''
  } catch {
    return false
  }
}

describe('the engines', () => {
  test('docs/engines.md has every field, and says of each whether it may be absent', async () => {
    const { enginesJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
      enginesJsonSchemaOf: (schema: typeof enginesSchema) => SchemaNode
    }
    expect(fieldsOf('docs/engines.md', ['The document'])).toEqual(pathsOf(enginesJsonSchemaOf(enginesSchema)))
  })

  test('docs/engines.md has every capability, and shows the table with what each gives', () => {
    const told = rows('docs/engines.md', 'Capabilities').map(([name = '']) => name.replaceAll('`', ''))
    expect(told).toEqual(Object.keys(TRIALS))
    const shown = read('docs/engines.md')
    for (const [name, gives] of Object.entries(CAPABILITY_BENEFITS)) {
      expect(shown).toMatch(new RegExp(`^  ✓  ${name} +${gives.replaceAll(/[()]/g, '\\$&')} +yes$`, 'm'))
    }
  })
})

describe('the configuration file', () => {
  test('docs/exporter.md has every key', () => {
    const told = names(rows('docs/exporter.md', 'The configuration file'))
    const { groups, probe, $schema: _, ...others } = configSchema.shape
    const keys = [
      ...Object.keys(others),
      ...Object.keys(groups.unwrap().element.shape).map(key => `groups[].${key}`),
      ...Object.keys(probe.unwrap().shape).map(key => `probe.${key}`),
      'run',
      'expect',
      'perFlow',
      'oneWay',
      ...Object.keys(MODULE_OPTIONS),
    ]
    expect(told).toEqual(expect.arrayContaining(keys))
  })

  test('docs/exporter.md has every label that is taken', () => {
    const [, labels = ''] = /\n### Labels\n([^]*?)\n## /u.exec(read('docs/exporter.md')) ?? []
    const told = [...labels.matchAll(/`([a-z]+)`/gu)].map(([, name = '']) => name)
    expect(told.length).toBeGreaterThan(10)
    expect(told.filter(name => labelFault(name, '') === undefined)).toEqual([])
  })

  test('the example of docs/exporter.md and the one that the tests read are the same', () => {
    const [, example = ''] =
      /\n## The configuration file\n[^]*?```yaml\n([^]*?)```/u.exec(read('docs/exporter.md')) ?? []
    const { buckets: _, ...tested } = parse(read('fixtures/configs/right.yaml')) as Readonly<Record<string, unknown>>
    expect(parse(example)).toEqual(tested)
  })
})

describe('the metrics of the exporter', () => {
  const families = [
    ...monitorFamilies([], { name: 'kernel', drops: true }),
    ...searchFamilies([]),
    ...exporterFamilies({
      version: '0.1.0',
      node: '20.19.0',
      engine: 'kernel',
      reload: { succeededAt: 0 },
      probes: { requests: [], moduleUnknown: 0 },
      modules: [],
    }),
  ]
  const known = families.map(({ name }) => name)

  test('docs/exporter.md has every metric and no other', () => {
    const tables = [...rows('docs/exporter.md', 'Metrics'), ...rows('docs/exporter.md', 'Periodic searches')]
    const documented = names(tables.map(([metric = '']) => [metric])).filter(name => name.startsWith('udptool_'))
    expect(documented.toSorted()).toEqual(known.toSorted())
  })

  test('docs/exporter.md has the type and the labels of each', () => {
    for (const [metric = '', type, labels = ''] of rows('docs/exporter.md', 'Metrics')) {
      const family = families.find(({ name }) => `\`${name}\`` === metric)
      if (family === undefined) continue
      expect([metric, type]).toEqual([metric, family.type])
      const own = readExposition(SCRAPE).filter(sample => sample.family === family.name)
      const written = own.flatMap(sample => Object.keys(sample.labels))
      const added = [...new Set(written)].filter(label => !['target', 'module', 'flow', 'le'].includes(label))
      const documented = names([[labels]]).filter(name => added.includes(name))
      expect([metric, ...documented]).toEqual([metric, ...added])
    }
  })

  test('queries of docs/exporter.md name metrics that exist', () => {
    const queries = Array.from(
      read('docs/exporter.md').matchAll(/^```promql\n(.*?)^```$/gmsu),
      ([, query = '']) => query,
    )
    expect(queries.length).toBeGreaterThan(8)
    for (const [name] of queries.flatMap(query => [...query.matchAll(/udptool_\w+/gu)]))
      expect(known).toContain(name.replace(/_(?:bucket|sum|count)$/u, ''))
  })
})

describe('suites', () => {
  test('docs/check.md has every field of the document, but for those of a Result', async () => {
    const { checkJsonSchemaOf } = (await import(`${ROOT}scripts/schema.mjs`)) as {
      checkJsonSchemaOf: (schema: typeof checkSchema) => SchemaNode
    }
    const { $defs: _, ...suite } = checkJsonSchemaOf(checkSchema)
    expect(fieldsOf('docs/check.md', ['The document'])).toEqual(pathsOf(suite))
  })

  test('docs/formats.md has every format', () => {
    const told = rows('docs/formats.md').map(([format = '']) => format.replaceAll('`', ''))
    expect(told.slice(0, FORMATS.length).toSorted()).toEqual([...FORMATS].toSorted())
  })
})

describe('the lab', () => {
  const course = read('docs/lab.md')

  test('every lesson has its section, in the order of the course', () => {
    expect([...course.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)).toEqual(LESSONS.map(({ id }) => id))
  })

  test.each(LESSONS.map(lesson => [lesson.id, lesson] as const))(
    'the section of %s has the texts of the lesson',
    (id, lesson) => {
      const [, output = ''] =
        new RegExp(`\\n### ${id}\\n.*?\\n(\\$ udptool lab ${id}\\n.*?)\\n\`\`\`\\n`, 'su').exec(course) ?? []
      const shown = output.replaceAll(/\s+/g, ' ')
      expect(shown).toContain(`$ udptool lab ${id} ✓ pass · ${id} · ${lesson.title.en} `)
      for (const text of [lesson.claim, lesson.done, lesson.expected, lesson.why]) expect(shown).toContain(text.en)
      expect(shown).toContain((lesson.picture?.en ?? '').replaceAll(/\s+/g, ' '))
      expect(output).toMatch(/^ {2}seen {6}✓ /m)
      expect(output).not.toMatch(/^ {2}(?:seen| {4}) {6}[✗–] /m)
    },
  )

  test('every lesson is reached from a statement of the text', () => {
    const linked = [...read('docs/counterparts.md').matchAll(/\(lab\.md#([a-z-]+)\)/g)].map(([, id = '']) => id)
    expect([...new Set(linked)].toSorted()).toEqual(LESSONS.map(({ id }) => id).toSorted())
  })
})

describe('tables of names', () => {
  test('docs/ledger.md has every fate', () => {
    expect(names(rows('docs/ledger.md', 'Fates').map(([fate = '']) => [fate]))).toEqual([...FATES])
  })

  test('docs/expectations.md has every metric', () => {
    const text = read('docs/expectations.md')
    for (const [metric, kind] of METRICS) {
      const parts = kind === 'duration' ? metric.split('.') : [metric]
      for (const part of parts) expect(text, metric).toMatch(new RegExp(`\`${part}[\`.]`))
    }
    const known = new Set(METRICS.keys())
    expect(names(rows('docs/expectations.md')).filter(name => !known.has(name))).toEqual([])
  })

  test('docs/serve.md has every reason for which a datagram is dropped', () => {
    expect(names(rows('docs/serve.md', 'Why a datagram gets no answer'))).toEqual([...DROP_REASONS])
  })

  test('docs/send.md has every column of a probe', () => {
    expect(names(rows('docs/send.md', 'Output'))).toEqual([...PROBE_COLUMNS])
  })

  test('docs/send.md has every field of a report in intervals', () => {
    const event = JSON.parse(intervalEvent(INTERVAL_REPORT, '2026-11-30T06:31:06.123+01:00', 'lan')) as object
    expect(names(rows('docs/send.md', 'Reports in intervals').map(([name = '']) => [name]))).toEqual(paths(event))
  })

  test('docs/check.md has every check', () => {
    const ids = SANITY_CHECKS.map(({ id }) => (id.startsWith('size-') ? 'size-…' : id))
    expect(names(rows('docs/check.md', 'What is checked'))).toEqual([...new Set(ids)])
  })

  test('docs/wire-format.md has every field of a probe where it is', () => {
    const told = rows('docs/wire-format.md', 'Probe').map(([offset = '', , field = '']) => [
      field.replaceAll('`', ''),
      Number(offset),
    ])
    expect(Object.fromEntries(told)).toEqual(OFFSET)
  })

  test('the offsets and sizes of docs/wire-format.md join', () => {
    for (const heading of ['Probe', 'Receipts']) {
      let end = 0
      for (const [offset = '', size = ''] of rows('docs/wire-format.md', heading)) {
        if (offset === '0') end = 0
        if (!/^\d+$/.test(offset)) continue
        expect(Number(offset)).toBe(end)
        end += Number(size)
      }
    }
  })
})

describe('links', () => {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map(name => `docs/${name.replaceAll('\\', '/')}`)
    .filter(name => name.endsWith('.md'))
  const pages = [
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'deploy/README.md',
    'mixin/README.md',
    ...docs,
  ]

  /** What a heading is called in a link, as GitHub does it. */
  function anchors(path: string): string[] {
    return [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    )
  }

  test.each(pages)('of %s lead somewhere', page => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    for (const link of links.filter(one => !/^https?:/.test(one))) {
      const [file = '', anchor] = link.split('#')
      const path = file === '' ? join(ROOT, page) : join(ROOT, dirname(page), file)
      expect(existsSync(path), `${page} links to ${link}`).toBe(true)
      if (anchor !== undefined) expect(anchors(path), `${page} links to ${link}`).toContain(anchor)
    }
  })

  test.each(['docs', 'docs/decisions'])('%s/README.md lists every page beside it', folder => {
    const index = read(`${folder}/README.md`)
    for (const page of pages.filter(name => dirname(name) === folder && !name.endsWith('/README.md'))) {
      expect(index).toContain(`(${relative(folder, page)})`)
    }
  })

  test('in comments lead to pages of this repository', () => {
    const files = ['src', 'test', 'bench', 'scripts'].flatMap(folder =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`),
    )
    const comments = files
      .filter(name => /\.m?ts$|\.mjs$/u.test(name))
      .flatMap(name => (read(name).match(/^ *(?:\/?\*|\/\/).*$/gmu) ?? []).map(line => [name, line] as const))
    const cited = comments.flatMap(([name, line]) =>
      (line.match(/[\w./-]+\.md\b/gu) ?? []).map(page => [name, page] as const),
    )
    expect(cited.length).toBeGreaterThan(50)
    expect(cited.filter(([, page]) => !pages.includes(page))).toEqual([])
  })
})
