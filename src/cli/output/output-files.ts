import { closeSync, constants, fstatSync, openSync, statSync, type BigIntStats } from 'node:fs'
import { basename, dirname } from 'node:path'
import { UdptoolError, usage } from '../../base/error.ts'
import { fileErrorReason } from '../../runs/file-error.ts'
import { KeptFile, OpenFile, ReplacedFile, type OutputFile } from './output-file.ts'
import { followLinks } from './output-path.ts'
import { tryFolder } from './temporary-file.ts'
import { codeOf } from './whole-write.ts'

/** Errors of missing system resources, which another path on the command line would not fix. */
const LACKING: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE'])
const NO_PLACE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS'])

/** The files that a command writes. Each is tried before the first datagram. Two outputs must not use the same file. */
export class OutputFiles {
  /** The flag of each file, by identity of the file. */
  readonly #taken = new Map<string, string>()
  #onStdout: string | undefined

  constructor() {
    for (const [fd, name] of [
      [2, 'standard error'],
      [1, 'standard output'],
    ] as const) {
      const status = statusOf(fd)
      if (status?.isFile() === true) this.#taken.set(identityOf(status), name)
    }
  }

  /** The flag whose file is standard output (`/dev/stdout`). */
  get onStdout(): string | undefined {
    return this.#onStdout
  }

  isStandardOutput(path: string): boolean {
    try {
      const place = followLinks(path)
      return 'descriptor' in place && place.descriptor === 1
    } catch {
      // Opening the file gives the reason.
      return false
    }
  }

  /**
   * Checks that a file can be written, or throws a `usage` error. The old content stays until the output is written. `flag` is its option
   * on the command line.
   */
  open(path: string, flag: string): OutputFile {
    if (path === '') throw usage(`${flag}= names no file`, `write ${flag}=result.txt`)
    try {
      return this.#open(path, flag)
    } catch (cause) {
      if (cause instanceof UdptoolError) throw cause
      const message = `${flag} cannot write ${path}: ${fileErrorReason(cause)}`
      if (LACKING.has(codeOf(cause)))
        throw new UdptoolError('file', message, { hint: 'make room, or name another file', cause })
      throw usage(message, 'name a file in a folder that exists and may be written to')
    }
  }

  #open(path: string, flag: string): OutputFile {
    const place = followLinks(path)
    if ('descriptor' in place) return this.#descriptor(path, flag, place.descriptor)
    const { file } = place
    const old = statSync(file, { bigint: true, throwIfNoEntry: false })
    if (old === undefined) {
      const folder = statSync(dirname(file), { bigint: true })
      this.#take(`${identityOf(folder)}/${basename(file)}`, path, flag)
      tryFolder(dirname(file))
      return new ReplacedFile(path, file, undefined)
    }
    const fd = openSync(file, constants.O_WRONLY)
    // A device such as /dev/null may have two writers.
    if (!old.isCharacterDevice()) this.#take(identityOf(old), path, flag)
    if (!old.isFile()) return new OpenFile(path, fd, true)
    closeSync(fd)
    return existing(path, file, old)
  }

  #descriptor(path: string, flag: string, fd: number): OutputFile {
    const status = fstatSync(fd, { bigint: true })
    if (fd === 1) {
      if (this.#onStdout !== undefined) throw twice(this.#onStdout, flag, path)
      this.#onStdout = flag
    } else if (fd !== 2 && !status.isCharacterDevice()) this.#take(identityOf(status), path, flag)
    return new OpenFile(path, fd, false)
  }

  #take(identity: string, path: string, flag: string): void {
    const other = this.#taken.get(identity)
    if (other !== undefined) throw twice(other, flag, path)
    this.#taken.set(identity, flag)
  }
}

function existing(path: string, file: string, old: BigIntStats): OutputFile {
  // If a new file replaced this one, its other names would keep the old content.
  if (old.nlink > 1n) return new KeptFile(path, file)
  try {
    tryFolder(dirname(file))
    return new ReplacedFile(path, file, old)
  } catch (error) {
    if (!NO_PLACE.has(codeOf(error))) throw error
    return new KeptFile(path, file)
  }
}

function twice(one: string, other: string, path: string): UdptoolError {
  return usage(`${one} and ${other} both write to ${path}`, 'give each a file of its own')
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`
}

function statusOf(fd: number): BigIntStats | undefined {
  try {
    return fstatSync(fd, { bigint: true })
  } catch {
    return undefined
  }
}
