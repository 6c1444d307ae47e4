import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { reportToGithub } from '../../../src/cli/github-actions.ts'
import { SUITE, suiteWith } from '../report/suites.ts'

const folder = mkdtempSync(join(tmpdir(), 'udptool-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the report and returns what it wrote to standard error. */
async function standardError(formats: readonly string[], env: NodeJS.ProcessEnv, suite = SUITE): Promise<string> {
  const written: string[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((...[text, ...rest]: unknown[]) => {
    written.push(String(text))
    for (const done of rest) if (typeof done === 'function') done()
    return true
  })
  try {
    await reportToGithub({ suite }, formats, env)
  } finally {
    spy.mockRestore()
  }
  return written.join('')
}

test('nothing is written outside of GitHub Actions', async () => {
  const file = join(folder, 'none.md')
  expect(await standardError(['table'], { GITHUB_STEP_SUMMARY: file })).toBe('')
  expect(() => readFileSync(file)).toThrow('ENOENT')
})

test('annotations on standard error, and the summary in its file', async () => {
  const file = join(folder, 'summary.md')
  writeFileSync(file, 'before\n')
  const text = await standardError(['table'], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })
  expect(text.match(/^::\w+/gmu)).toEqual(['::error', '::error', '::warning'])
  expect(readFileSync(file, 'utf8')).toMatch(/^before\n### /u)
})

test('with the format github, annotations go to its output', async () => {
  expect(await standardError(['github'], { GITHUB_ACTIONS: 'true' })).toBe('')
})

test('a summary stays below a mebibyte with the existing content, and notes that it is cut', async () => {
  const file = join(folder, 'large.md')
  const before = 'x'.repeat(300_000)
  writeFileSync(file, before)
  const check = SUITE.checks.find(({ result }) => result === undefined)
  if (check === undefined) throw new Error('no check')
  const many = suiteWith(Array.from({ length: 20_000 }, (_, n) => ({ ...check, id: `c${n}`, name: `check ${n}` })))
  await standardError(['table'], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file }, many)
  const after = readFileSync(file)
  expect(after.length).toBeLessThanOrEqual(1024 * 1024)
  expect(after.length).toBeGreaterThan(1024 * 1024 - 1000)
  expect(after.toString('utf8').startsWith(before)).toBe(true)
  expect(after.toString('utf8')).toMatch(/does not fit into a job summary/u)
})

test('a summary that cannot be written is only reported', async () => {
  const file = join(folder, 'not', 'there.md')
  const text = await standardError(['github'], { GITHUB_STEP_SUMMARY: file })
  expect(text).toMatch(/^udptool: the job summary cannot be written: no such file or directory\n$/u)
})
