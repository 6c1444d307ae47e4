import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import { expect, onTestFinished, test } from 'vitest'
import { ROOT } from '../helpers/child.ts'
import { runHosted, udptool } from '../helpers/udptool.ts'

interface Report {
  readonly verdict: string
  readonly need: { readonly recvBuffer: number }
  readonly findings: readonly { readonly id: string; readonly level: string; readonly what: string }[]
  readonly counts: Readonly<Record<string, number>>
}

const schema = JSON.parse(readFileSync(`${ROOT}dist/schema/doctor.schema.json`, 'utf8')) as AnySchemaObject

test('udptool doctor checks this machine and prints one table', async () => {
  const { code, stdout, stderr } = await udptool(['doctor'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('127.0.0.1 (loopback): 6 of 6 datagrams')
  expect(stdout).toMatch(/\d+ ok\n$/u)
})

test('--json is valid by the schema in the package, and its counts match its findings', async () => {
  const { code, json } = await runHosted(['doctor', '--json'])
  const document: unknown = json()
  const validator = new Ajv2020({ strict: true, allErrors: true })
  expect({ valid: validator.validate(schema, document), errors: validator.errors }).toMatchObject({ valid: true })
  const { findings, counts, verdict } = document as Report
  for (const [level, count] of Object.entries(counts))
    expect([level, findings.filter(one => one.level === level).length]).toEqual([level, count])
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length)
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'pass' })
})

test('the required buffer follows from --rate, --pause and --size', async () => {
  const { json } = await runHosted(['doctor', '--json', '--rate', '1kpps', '--pause', '1s', '--size', '100'])
  // 1000 datagrams of 832 bytes in the buffer. The kernel doubles the requested size (socket(7)).
  expect((json() as unknown as Report).need).toEqual({ rate: 1000, pauseMs: 1000, size: 100, recvBuffer: 416_000 })
})

test('a file and the table at once; --quiet shows only warnings and failures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'udptool-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'doctor.json')
  const { stdout } = await runHosted(['doctor', '--quiet', '--format', 'table', '--format', `json=${file}`])
  const { findings } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const marks = findings.filter(({ level }) => level === 'warn' || level === 'fail')
  expect(stdout.match(/^ {2}[!✗] /gmu) ?? []).toHaveLength(marks.length)
  expect(stdout).not.toContain('✓ 127.0.0.1')
})

test.each([
  [['--rate', '5'], '--rate'],
  [['--pause', '5'], '--pause'],
  [['--size', '70000'], '--size'],
  [['--nope'], '--nope'],
])('%o is rejected with one line', async (args, flag) => {
  const { code, stdout, stderr } = await runHosted(['doctor', ...args])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toContain(flag)
})
