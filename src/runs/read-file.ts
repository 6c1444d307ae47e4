import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { UdptoolError } from '../base/error.ts'
import { fileErrorReason } from './file-error.ts'

/** Size limit of a file that is read again while a program serves: a configuration, or a hundred thousand targets with their labels. */
export const LARGEST_CONFIG = 4 * 2 ** 20

/** The content of an input file. Throws `usage` if it cannot be read. */
export function readBytes(file: string, what = file): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(what, fileErrorReason(cause), cause)
  }
}

/**
 * The content of a file that is read again while a program serves. Throws `usage` if it cannot be read, is larger than 4 MiB, or is no regular
 * file: without O_NONBLOCK, open(2) of a FIFO blocks the process until somebody writes to it.
 */
export function readConfigBytes(file: string, what: string): Uint8Array {
  let fd: number | undefined
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const fault = configFault(fstatSync(fd))
    if (fault !== undefined) throw unreadable(what, fault)
    return readFileSync(fd)
  } catch (cause) {
    throw cause instanceof UdptoolError ? cause : unreadable(what, fileErrorReason(cause), cause)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Why a file is not read while a program serves: a pipe or a device could deliver bytes without end. Undefined: it is. */
export function configFault(about: Stats): string | undefined {
  if (!about.isFile()) return 'it is not a regular file'
  return about.size > LARGEST_CONFIG ? 'it is larger than 4 MiB' : undefined
}

function unreadable(what: string, reason: string, cause?: unknown): UdptoolError {
  return new UdptoolError('usage', `cannot read ${what}: ${reason}`, {
    hint: 'name a file that exists and may be read',
    ...(cause === undefined ? {} : { cause }),
  })
}
