import { basename } from 'node:path'
import { usage } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { planConnect } from '../tcp-target.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { PUT_DEFAULTS as DEFAULTS, type PutOptions } from './options.ts'

export type { PutOptions }

/** An upload, checked and in units. */
export interface PutPlan {
  readonly file: string
  readonly fileName: string
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Reads options into a plan; throws a `usage` error. */
export function planPut({ file, name, timeout, ...target }: PutOptions): PutPlan {
  if (file === '') throw usage('the file to send has no name', 'write udptool tcp put FILE')
  if (name === '') throw usage('--name is empty', 'leave --name out to keep the name of the file')
  return {
    file,
    fileName: name ?? basename(file),
    connect: planConnect(target),
    timeout: parseTimerDuration(timeout ?? DEFAULTS.timeout, '--timeout'),
  }
}
