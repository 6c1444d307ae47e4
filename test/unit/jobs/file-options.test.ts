import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fileOptions, optionMistakes, rawValues, type Values } from '../../../src/jobs/file-options.ts'
import { planProbes } from '../../../src/jobs/run-kind.ts'
import type { OptionRow, OptionTable } from '../../../src/options/option.ts'
import { ANSWER_OPTIONS } from '../../../src/runs/echo/options.ts'
import { planEcho } from '../../../src/runs/echo/plan.ts'
import { SEND_OPTIONS } from '../../../src/runs/send/options.ts'

/** A value that is not the default, by the placeholder of the flag. */
const VALUES: Readonly<Record<string, unknown>> = {
  duration: '7s',
  n: 7,
  bytes: '64KiB',
  rate: '77pps',
  ratio: '30%',
  sizes: [64, '100..300/100'],
  mode: 'echo',
  engine: 'dgram',
  kind: 'binary',
  name: 'ef',
  byte: 184,
  file: 'fixtures/results/clean.json',
  port: 9999,
  ports: '40000-40002',
  text: 'fixed',
  cidr: ['127.0.0.0/8'],
}
const OTHERS: Readonly<Record<string, unknown>> = { bind: '127.0.0.2', host: '::1', df: 'probe', protocol: 'irtt' }

/** A key file must be private, so it is no fixture. */
const FOLDER = mkdtempSync(join(tmpdir(), 'file-options-'))
const KEY = join(FOLDER, 'key')
writeFileSync(KEY, 'secret', { mode: 0o600 })
afterAll(() => rmSync(FOLDER, { recursive: true }))

/** Options that another one needs. */
function around(name: string): Values {
  if (name.toLowerCase().endsWith('tolerance')) return { baseline: VALUES['file'] }
  return name === 'irttKeyFile' ? { protocol: 'irtt' } : {}
}

function sample(name: string, row: OptionRow): unknown {
  if (OTHERS[name] !== undefined) return OTHERS[name]
  if (name === 'irttKeyFile') return KEY
  const placeholder = /[<[]([a-z]+)[>\]]/u.exec(row.form)?.[1]
  return placeholder === undefined ? !row.form.startsWith('--no-') : VALUES[placeholder]
}

function samples(table: OptionTable): [string, unknown][] {
  return Object.entries(fileOptions(table)).map(([name, row]) => [name, sample(name, row)])
}

describe('every option of send that a check file has reaches the plan', () => {
  test('except target, server and expectations, for which a check has its own keys', () => {
    const left = Object.keys(SEND_OPTIONS).filter(name => !(name in fileOptions(SEND_OPTIONS)))
    expect(left).toEqual(['to', 'self', 'expect'])
  })

  test.each(samples(SEND_OPTIONS))('%s: %j', (name, value) => {
    const others = around(name)
    const raw = rawValues(SEND_OPTIONS, { [name]: value })
    expect(Object.keys(raw)).toEqual([name])
    expect(planProbes({ ...others, ...raw })).not.toEqual(planProbes(others))
  })
})

describe('every option of a server that a check may start reaches the plan', () => {
  test.each(samples(ANSWER_OPTIONS).filter(([name]) => name !== 'public'))('%s: %j', (name, value) => {
    const raw = rawValues(ANSWER_OPTIONS, { [name]: value, public: true })
    expect(planEcho(raw)).not.toEqual(planEcho({ public: true }))
  })

  test('public: a plan for an address that others can reach needs it', () => {
    const host = '0.0.0.0'
    expect(() => planEcho(rawValues(ANSWER_OPTIONS, { host }))).toThrow(/--public/u)
    expect(planEcho(rawValues(ANSWER_OPTIONS, { host, public: true })).sockets.host).toBe(host)
  })
})

test('values become texts, as on a command line; switches and lists are unchanged', () => {
  const values = { size: [64, '1..3'], count: 5, summary: true, other: 1 }
  expect(rawValues(SEND_OPTIONS, values)).toEqual({ size: ['64', '1..3'], count: '5', summary: true })
})

test('the mistake of an option is that of its parser, or that of a list entry', () => {
  const raw = { count: 'x', size: ['64', 'y', '9', 'z'], interval: '5ms' }
  expect(optionMistakes(SEND_OPTIONS, raw).map(({ place }) => place)).toEqual([['size', 1], ['size', 3], ['count']])
})
