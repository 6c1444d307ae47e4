import { expect, test } from 'vitest'
import { start } from '../helpers/child.ts'
import { requireIpv6 } from '../helpers/tools.ts'
import { udptool } from '../helpers/udptool.ts'

interface CheckRow {
  readonly expected: string
  readonly observed: string
  readonly verdict: string
}

/** The rows: the list whose members all have `expected` and `observed`. */
function rowsOf(document: unknown): readonly CheckRow[] {
  for (const value of Object.values(document as object) as unknown[]) {
    if (!Array.isArray(value) || value.length === 0) continue
    const rows = value as readonly Partial<CheckRow>[]
    if (rows.every(row => row.expected !== undefined && row.observed !== undefined)) return rows as readonly CheckRow[]
  }
  throw new Error(`no list of rows with expected and observed: ${JSON.stringify(document)}`)
}

test('udptool check --json has a row for every claim of docs/check.md, and each passes', async () => {
  const { code, json } = await udptool(['check', '--json'])
  const document: unknown = json()
  const rows = rowsOf(document)
  expect(code).toBe(0)
  expect(rows.filter(row => !['pass', 'skipped'].includes(row.verdict))).toEqual([])
  expect(rows.filter(row => row.verdict === 'pass').length).toBeGreaterThanOrEqual(12)
  if (requireIpv6()) expect(rows.filter(row => row.verdict === 'skipped')).toEqual([])
  const text = JSON.stringify(rows)
  const claims = [
    /256/,
    /empty/i,
    /boundar/i,
    /1472/,
    /1473/,
    /4000/,
    /8192/,
    /8193/,
    /65507/,
    /EMSGSIZE/,
    /truncat|cut/i,
  ]
  for (const claim of [...claims, /clients/i, /burst|buffer/i, /closed/i, /v6|::1/i]) expect(text).toMatch(claim)
})

test('npm start checks this machine, prints one table, and exits 0', async () => {
  const npm = start('npm', ['start', '--silent'])
  const { code, stdout, stderr } = await npm.finished
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stdout).toContain('65507')
  expect(stdout).toMatch(/expected/i)
  expect(stdout).toMatch(/observed/i)
})
