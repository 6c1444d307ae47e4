import { usage } from '../../base/error.ts'
import { isObject } from '../../base/json.ts'
import { decodeJournal } from '../../facts/read-journal.ts'
import { analyzeRun } from '../../ledger/analysis.ts'
import { createResult } from '../../verdict/probe-document.ts'
import { parseExpectation } from '../../verdict/expect/expectation.ts'
import type { Result } from '../../verdict/result.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import type { SendRun } from './run.ts'

/**
 * Makes the Result of a saved run (`--journal FILE`). Equal facts give equal Results. The Result of a journal without an end line is
 * `interrupted` and never passes. Throws `usage` if the text is not a journal, or contradicts itself.
 */
export function analyze(journal: string): Result {
  if (typeof journal !== 'string') throw usage('analyze takes the text of a journal', 'read the file as UTF-8 first')
  return runOfJournal(journal).result
}

/** The same, with the facts and the analysis. */
export function runOfJournal(journal: string | Iterable<string>): SendRun {
  const { facts, context } = decodeJournal(journal)
  if (!isContext(context))
    throw usage('the journal does not say what was sent where', 'write one with udptool send --journal FILE')
  const expect = (context.expect ?? []).map(parseExpectation)
  const analysis = analyzeRun(facts)
  return { result: createResult(facts, analysis, expect, context), facts, analysis }
}

function isContext(value: unknown): value is RunContext & { readonly expect?: readonly string[] } {
  if (!isObject(value)) return false
  const { command, version, target, host, options, startedAt, expect = [] } = value
  return (
    areTexts(command, version, startedAt) &&
    !Number.isNaN(Date.parse(String(startedAt))) &&
    isObject(target) &&
    areTexts(target['address'], target['name'] ?? '') &&
    isCount(target['port']) &&
    Number(target['port']) <= 0xffff &&
    (target['family'] === 'udp4' || target['family'] === 'udp6') &&
    isObject(host) &&
    areTexts(host['os'], host['kernel'], host['node']) &&
    isCount(host['cpus']) &&
    isObject(options) &&
    Array.isArray(expect) &&
    expect.every(one => areTexts(one))
  )
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every(value => typeof value === 'string')
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
