import type { TcpTargetOptions } from '../tcp-target.ts'

/** What a user asks of an upload. */
export interface PutOptions extends TcpTargetOptions {
  /** The file to send. */
  readonly file: string
  /** What it is to be called there; its own name if absent. */
  readonly name?: string
  /** The upload fails once nothing has moved for so long. */
  readonly timeout?: string
}

export const PUT_DEFAULTS = {
  /** A server may have to write a gigabyte to a slow disk before it answers. */
  timeout: '60s',
} as const
