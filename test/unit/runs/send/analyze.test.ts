import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { encodeJournal } from '../../../../src/facts/journal.ts'
import { analyze } from '../../../../src/runs/send/analyze.ts'
import { FATES } from '../../../../src/ledger/fate.ts'
import { resultSchema } from '../../../../src/schema/result.ts'
import { refused } from '../../../helpers/refused.ts'
import { answered, crafted } from '../../ledger/crafted.ts'
import { CONTEXT } from '../../verdict/context.ts'
import { recordRun, SAVED_RUNS } from './saved-runs.ts'

const FOLDER = fileURLToPath(new URL('../../../../fixtures/journals/', import.meta.url))

/**
 * WRITE_JOURNALS=1 records the journals of `SAVED_RUNS` that are missing, and writes every expected analysis again: read the difference
 * before you commit it. A recorded journal needs no code: put it into the folder.
 */
if ((process.env['WRITE_JOURNALS'] ?? '') !== '') {
  for (const [name, run] of Object.entries(SAVED_RUNS)) {
    if (!existsSync(`${FOLDER}${name}.journal`)) writeFileSync(`${FOLDER}${name}.journal`, recordRun(run))
  }
  for (const name of journals()) writeFileSync(expectedPath(name), `${JSON.stringify(analyze(read(name)), null, 2)}\n`)
}

function journals(): string[] {
  const files = readdirSync(FOLDER).filter(file => file.endsWith('.journal'))
  return files.map(file => file.slice(0, -'.journal'.length)).toSorted()
}

function read(name: string): string {
  return readFileSync(`${FOLDER}${name}.journal`, 'utf8')
}

function expectedPath(name: string): string {
  return `${FOLDER}${name}.expected.json`
}

describe('saved runs', () => {
  test.each(journals())('%s', name => {
    const result = analyze(read(name))
    expect(result).toEqual(JSON.parse(readFileSync(expectedPath(name), 'utf8')))
    expect(resultSchema.safeParse(result).error).toBeUndefined()
  })

  test('cover every fate', () => {
    const met = new Set(journals().flatMap(name => Object.keys(analyze(read(name)).ledger.fates)))
    expect(FATES.filter(fate => !met.has(fate))).toEqual([])
  })
})

test('the expectations of the run are checked again', () => {
  const journal = [...encodeJournal({ facts: crafted([answered()]), context: { ...CONTEXT, expect: ['loss==0'] } })]
  expect(analyze(journal.join('')).expectations).toEqual([{ expr: 'loss==0', actual: 0, passed: true }])
})

test('a run without expectations is judged by its replies', () => {
  const journal = [...encodeJournal({ facts: crafted([answered()]), context: CONTEXT })]
  expect(analyze(journal.join('')).verdict).toBe('pass')
})

test('a journal without target or sizes is refused', () => {
  const journal = [...encodeJournal({ facts: crafted([answered()]), context: { ...CONTEXT, target: undefined } })]
  expect(refused(() => analyze(journal.join('')))).toMatch(/does not say what was sent where/)
})
