import { present } from '../../base/present.ts'
import type { ResultRate, ResultTrial } from '../../verdict/result.ts'
import { FATES } from '../result/fates.ts'
import { scheduledIn } from '../result/trial-figures.ts'
import { chunks } from './chunks.ts'
import { csvField } from './csv-field.ts'
import { jsonLine } from './json.ts'

/** The columns of a trial besides its number and its fates. */
const COLUMNS: readonly (readonly [name: string, read: (trial: ResultTrial) => string | number | undefined])[] = [
  ['purpose', ({ purpose }) => purpose],
  ['size', ({ size }) => size],
  ['pps', ({ pps }) => pps],
  ['sentPps', ({ sentPps }) => sentPps],
  ['deliveredPps', ({ deliveredPps }) => deliveredPps],
  ['durationMs', ({ durationMs }) => durationMs],
  ['burst', ({ burst }) => burst],
  ['held', ({ held }) => String(held)],
  ['loss', ({ loss }) => loss],
  ['rttP50Ms', ({ rttP50Ms }) => rttP50Ms],
  ['rttP99Ms', ({ rttP99Ms }) => rttP99Ms],
  ['queueForwardMs', ({ queueForwardMs }) => queueForwardMs],
  ['queueReturnMs', ({ queueReturnMs }) => queueReturnMs],
  ['scheduled', scheduledIn],
]

/** A header, then one row per trial, quoted by RFC 4180 (but lines end with \n). */
export function renderTrialsCsv({ trials }: ResultRate): Iterable<string> {
  return chunks(csvLines(trials))
}

function* csvLines(trials: ResultRate['trials']): Iterable<string> {
  const names = COLUMNS.map(([name]) => name)
  yield ['trial', ...names, ...FATES.map(({ fate }) => fate)].join(',')
  for (const [index, trial] of trials.entries())
    yield [
      String(index + 1),
      ...COLUMNS.map(([name, read]) => csvField(read(trial), name)),
      ...FATES.map(({ fate }) => String(trial.fates[fate] ?? 0)),
    ].join(',')
}

/** One trial per line, as in the Result, with its number from 1. */
export function renderTrialsNdjson({ trials }: ResultRate): Iterable<string> {
  return chunks(trials.map((trial, index) => trialEvent(trial, index + 1)))
}

/** A trial as a line of NDJSON, without a newline. */
function trialEvent(trial: ResultTrial, number: number): string {
  return jsonLine(present({ event: 'trial', trial: number, ...trial }))
}
