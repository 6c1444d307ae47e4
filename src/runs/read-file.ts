import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { UdptoolError } from '../base/error.ts'
import { fileErrorReason } from './file-error.ts'

/** Size limit of a configuration file, as of a file of targets. */
const LARGEST_CONFIG = 4 * 2 ** 20

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
    const about = fstatSync(fd)
    if (!about.isFile()) throw unreadable(what, 'it is not a regular file')
    if (about.size > LARGEST_CONFIG) throw unreadable(what, 'it is larger than 4 MiB')
    return readFileSync(fd)
  } catch (cause) {
    throw cause instanceof UdptoolError ? cause : unreadable(what, fileErrorReason(cause), cause)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function unreadable(what: string, reason: string, cause?: unknown): UdptoolError {
  return new UdptoolError('usage', `cannot read ${what}: ${reason}`, {
    hint: 'name a file that exists and may be read',
    ...(cause === undefined ? {} : { cause }),
  })
}
