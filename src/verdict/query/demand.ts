import { parseDuration } from '../../base/duration.ts'
import { quoted } from '../../base/quoted.ts'
import { parseSize } from '../../base/size.ts'
import { invalidExpectation, unknownOperator } from '../expect/invalid-expectation.ts'
import { isOperator, OPERATORS, type Operator } from '../expect/operator.ts'
import type { QueryMetricType } from './metrics.ts'
import { parsePattern } from './pattern.ts'
import { readText } from './text-value.ts'

/** What an expectation demands of the value of its metric. Numbers are a count, nanoseconds or bytes. */
export type Demand =
  | { readonly kind: 'number'; readonly operator: Operator; readonly limit: number }
  | { readonly kind: 'text'; readonly operator: '==' | '!='; readonly text: string }
  | { readonly kind: 'pattern'; readonly operator: '=~' | '!~'; readonly pattern: RegExp }
  | { readonly kind: 'flag'; readonly value: boolean }

/** What is known of an expectation while its demand is read. */
interface Context {
  readonly metric: string
  readonly type: QueryMetricType
  readonly expr: string
}

const TEXT_OPERATORS = ['==', '!=', '=~', '!~'] as const
const FLAG_OPERATORS = ['==', '!='] as const

/** How an expectation on each type is written. */
const SAMPLES: Readonly<Record<QueryMetricType, (metric: string) => string>> = {
  text: metric => `${metric}==TEXT or ${metric}=~/REGEX/`,
  hex: metric => `${metric}==504f4e47 or ${metric}=~/^504f/`,
  word: metric => (metric === 'ntp.kiss' ? `${metric}==RATE or ${metric}` : `${metric}==NOERROR`),
  count: metric => `${metric}==1 or ${metric}<4`,
  duration: metric => `${metric}<50ms`,
  size: metric => `${metric}==48 or ${metric}<=512`,
  flag: metric => (ABSENCES.has(metric) ? metric : `${metric} or ${metric}==false`),
  address: metric => `${metric}, ${metric}==192.0.2.1:3478 or ${metric}==[2001:db8::1]:3478`,
  list: metric => `${metric} or ${metric}=~/v1/`,
}

/** Flags of the whole run: their opposite is what every query demands anyway. */
const ABSENCES: ReadonlySet<string> = new Set(['noReply', 'silent'])

/** Metrics that may stand alone: true or false, or there is one or none. */
const BARE: ReadonlySet<QueryMetricType> = new Set(['flag', 'address', 'list'])

/** Reads what stands behind the name of a metric: nothing, or an operator and a value. */
export function readDemand(metric: string, type: QueryMetricType, rest: string, expr: string): Demand {
  const context = { metric, type, expr }
  if (rest.trim() === '') return bareDemand(context)
  switch (type) {
    case 'count':
    case 'duration':
    case 'size':
      return numberDemand(rest, context)
    case 'flag':
      return flagDemand(rest, context)
    case 'address':
    case 'list':
      return /^\s*[=!]=\s*(?:true|false)\s*$/u.test(rest) ? flagDemand(rest, context) : textDemand(rest, context)
    default:
      return textDemand(rest, context)
  }
}

function bareDemand(context: Context): Demand {
  const { metric, type, expr } = context
  if (BARE.has(type)) return { kind: 'flag', value: true }
  // A kiss code is the only word that an answer may lack.
  if (metric === 'ntp.kiss') return { kind: 'flag', value: true }
  throw invalidExpectation(expr, `${metric} is ${nounOf(type)}, so it needs an operator and a value`, sample(context))
}

function numberDemand(rest: string, context: Context): Demand {
  const { metric, type, expr } = context
  const { operator, value } = split(rest)
  if (operator === '=~' || operator === '!~')
    throw invalidExpectation(expr, `${metric} is ${nounOf(type)}, and a pattern is for texts`, sample(context))
  if (!isOperator(operator)) throw noOperator(operator, OPERATORS, context)
  if (value === '') throw invalidExpectation(expr, 'the value is missing', sample(context))
  return { kind: 'number', operator, limit: limitOf(value, context) }
}

/** All characters of operators are the operator, so that `=<` is seen as a mistake. */
function split(rest: string): { readonly operator: string; readonly value: string } {
  const [, operator = '', value = ''] = /^\s*([<>=!~≤≥≠]*)\s*(.*?)\s*$/su.exec(rest) ?? []
  return { operator, value }
}

function limitOf(value: string, context: Context): number {
  const { metric, type, expr } = context
  const name = `the value of ${quoted(expr)}`
  if (type === 'duration') return parseDuration(value, name, { allowNanos: true })
  if (type === 'size') return parseSize(value, name)
  if (/^\d{1,15}$/u.test(value)) return Number(value)
  throw invalidExpectation(expr, `${metric} is a whole number`, sample(context))
}

function flagDemand(rest: string, context: Context): Demand {
  const { metric, expr } = context
  const { operator, value } = split(rest)
  if (operator !== '==' && operator !== '!=') {
    if (operator === '=~' || operator === '!~' || isOperator(operator))
      throw invalidExpectation(expr, `${metric} is true or false`, sample(context))
    throw noOperator(operator, FLAG_OPERATORS, context)
  }
  if (value !== 'true' && value !== 'false')
    throw invalidExpectation(expr, `${metric} is true or false, not ${quoted(value)}`, sample(context))
  const demanded = (value === 'true') === (operator === '==')
  if (!demanded && ABSENCES.has(metric))
    throw invalidExpectation(
      expr,
      `the opposite of ${metric} proves no answer`,
      'leave it out: without --expect one answer in time is demanded',
    )
  return { kind: 'flag', value: demanded }
}

function textDemand(rest: string, context: Context): Demand {
  const { metric, type, expr } = context
  const start = rest.trimStart()
  const operator = TEXT_OPERATORS.find(one => start.startsWith(one))
  if (operator === undefined) {
    const [written = ''] = /^[<>=!~≤≥≠]*/u.exec(start) ?? []
    if (isOperator(written))
      throw invalidExpectation(expr, `${metric} is ${nounOf(type)}, which has no order`, sample(context))
    throw noOperator(written, TEXT_OPERATORS, context)
  }
  const value = start.slice(operator.length)
  if (operator === '=~' || operator === '!~')
    return { kind: 'pattern', operator, pattern: parsePattern(value.trim(), metric, operator, expr) }
  if (type === 'list') {
    throw invalidExpectation(expr, `${metric} is a list, which is searched for a pattern`, sample(context))
  }
  return { kind: 'text', operator, text: readText(value, metric, type, expr, sample(context)) }
}

function noOperator(operator: string, operators: readonly string[], context: Context): Error {
  if (operator === '')
    return invalidExpectation(context.expr, `there is no operator behind ${context.metric}`, sample(context))
  return unknownOperator(context.expr, operator, operators)
}

function sample({ metric, type }: Context): string {
  return `write ${SAMPLES[type](metric)}`
}

function nounOf(type: QueryMetricType): string {
  return type === 'address' ? 'an address' : type === 'hex' ? 'a text in hexadecimal' : `a ${type}`
}
