import { isObject } from '../base/json.ts'

/** Whether a value of a JSON document is as expected. */
export type Check = (value: unknown) => boolean

/** An object with these fields, and perhaps those. */
export function shape(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return value => {
    if (!isObject(value)) return false
    const present = Object.entries(required).every(([name, check]) => check(value[name]))
    return present && Object.entries(optional).every(([name, check]) => value[name] === undefined || check(value[name]))
  }
}

export const text: Check = value => typeof value === 'string'
export const flag: Check = value => typeof value === 'boolean'
export const number: Check = value => Number.isFinite(value)
export const count: Check = value => Number.isSafeInteger(value) && Number(value) >= 0
export const positive: Check = value => count(value) && value !== 0
export const within =
  (least: number, most: number): Check =>
  value =>
    count(value) && Number(value) >= least && Number(value) <= most
export const word32 = within(0, 0xffffffff)
export const port = within(0, 0xffff)
export const byte = within(0, 0xff)
/** How often each value of a byte was seen. */
export const byteCounts: Check = value =>
  isObject(value) && Object.entries(value).every(([key, seen]) => byte(Number(key)) && count(seen))
/** Nanoseconds; no run and no clock of a run lasts 30 years. */
export const moment: Check = value => number(value) && Math.abs(Number(value)) < 1e18
export const time: Check = value => moment(value) && Number(value) >= 0
export const positiveNumber: Check = value => number(value) && Number(value) > 0
/** JSON has no infinity: the times of a client that never sent are null. */
export const timeOrNone: Check = value => value === null || moment(value)
export const oneOf =
  (...values: readonly (string | boolean)[]): Check =>
  value =>
    values.some(known => known === value)
export const list =
  (check: Check, least = 0, most = Infinity): Check =>
  value =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every(check)
