import { basename } from 'node:path'
import { usage } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { planConnect } from '../tcp-target.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { PUT_OPTIONS, type PutOptions } from './options.ts'

export type { PutOptions }

/** The plan of an upload, with checked values in base units. */
export interface PutPlan {
  readonly file: string
  readonly fileName: string
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Parses options to a plan. Throws a `usage` error. */
export function planPut(raw: PutOptions): PutPlan {
  const { file } = raw
  if (file === '') throw usage('the file to send has no name', 'write udptool tcp put FILE')
  const { name, timeout } = parseOptions(PUT_OPTIONS, raw)
  return { file, fileName: name ?? basename(file), connect: planConnect(raw), timeout }
}
