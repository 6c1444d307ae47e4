import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { UdptoolError } from '../../base/error.ts'
import { fileErrorReason } from '../../runs/file-error.ts'
import { encodedChunks } from './encoded-chunks.ts'
import { GrowingFile, GrowingPipe, type GrowingOutput } from './growing-output.ts'
import { TemporaryFile } from './temporary-file.ts'
import { codeOf, flush, writeWhole } from './whole-write.ts'

/** A file that a command writes at its end, or while it runs. Until then its old content stays. */
export interface OutputFile {
  readonly path: string
  /** Writes all the chunks. Rejects with `file` if that fails. A replaced file is then unchanged. */
  write(chunks: Iterable<string>): Promise<void>
  /** Whether it can be written again, which a pipe and a device cannot. */
  readonly isReplaceable: boolean
  /** Begins to write it in place. After that, `write` replaces all of it. */
  grow(): GrowingOutput
}

const NO_RENAME: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EXDEV', 'EPERM', 'EACCES'])

/** A file that is replaced atomically: readers see the old one or the new one, never a part. */
export class ReplacedFile implements OutputFile {
  readonly path: string
  readonly isReplaceable = true
  readonly #file: string
  readonly #old: BigIntStats | undefined
  #hasGrown = false

  /** `file` is `path` with links resolved, `old` the existing file. */
  constructor(path: string, file: string, old: BigIntStats | undefined) {
    this.path = path
    this.#file = file
    this.#old = old
  }

  async write(chunks: Iterable<string>): Promise<void> {
    let file: TemporaryFile | undefined
    try {
      file = this.#create()
      for await (const piece of encodedChunks(chunks)) writeWhole(file.fd, piece)
      const isAlike = this.#copyAttributes(file.fd)
      flush(file.fd)
      file.close()
      if (isAlike) await this.#put(file)
      else await this.#copy(file)
    } catch (error) {
      file?.discard()
      if (error instanceof UdptoolError) throw error
      throw writeError(this.path, error, this.#state())
    }
  }

  grow(): GrowingOutput {
    this.#hasGrown = true
    return new GrowingFile(this.#file, cause => writeError(this.path, cause, NOT_WHOLE))
  }

  #state(): string {
    if (this.#hasGrown) return 'what was written during the run is left'
    return this.#old === undefined ? 'no file was left' : 'the old file is unchanged'
  }

  #create(): TemporaryFile {
    return new TemporaryFile(dirname(this.#file), this.#old === undefined ? 0o666 : 0o600)
  }

  /** Gives the new file the owner and mode of the old one. False if that is not allowed. */
  #copyAttributes(fd: number): boolean {
    const old = this.#old
    if (old === undefined) return true
    try {
      const { uid, gid } = fstatSync(fd, { bigint: true })
      if (uid !== old.uid || gid !== old.gid) fchownSync(fd, Number(old.uid), Number(old.gid))
      fchmodSync(fd, Number(old.mode & 0o7777n))
      return true
    } catch {
      return false
    }
  }

  /** Renames the file into place. Copies it if a rename is refused: onto a mount point, or in a folder where only the owner may rename. */
  async #put(file: TemporaryFile): Promise<void> {
    try {
      file.become(this.#file)
    } catch (error) {
      if (!NO_RENAME.has(codeOf(error))) throw error
      await this.#copy(file)
    }
  }

  async #copy(file: TemporaryFile): Promise<void> {
    const how = this.#old === undefined ? WRITE | constants.O_CREAT : WRITE
    await rewrite(this.path, this.#file, how, out => copy(file.path, out))
    file.discard()
  }
}

const NOT_WHOLE = 'the file is not whole'
const UNFINISHED = 'what was written is not whole'

/** Without O_CREAT, because with it a file of another user in a sticky folder cannot be opened (proc_sys_fs(5), protected_regular). */
const WRITE = constants.O_WRONLY

/**
 * Truncates a file and writes it again, which keeps mode and owner. Not with libuv's copyfile, because that removes the file if it cannot
 * set the mode, as on FAT.
 */
async function rewrite(
  path: string,
  file: string,
  flags: number,
  fill: (out: number) => void | Promise<void>,
): Promise<void> {
  let state = 'the old file is unchanged'
  try {
    const out = openSync(file, flags)
    try {
      ftruncateSync(out)
      state = NOT_WHOLE
      await fill(out)
      flush(out)
    } finally {
      closeSync(out)
    }
  } catch (error) {
    throw writeError(path, error, state)
  }
}

const COPIED_AT_ONCE = 1 << 16

function copy(from: string, out: number): void {
  const source = openSync(from, 'r')
  try {
    const buffer = Buffer.allocUnsafe(COPIED_AT_ONCE)
    for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer))
      writeWhole(out, buffer.subarray(0, read))
  } finally {
    closeSync(source)
  }
}

/** A file that is rewritten in place, because it has other names, or its owner or folder does not allow another file. */
export class KeptFile implements OutputFile {
  readonly path: string
  readonly isReplaceable = true
  readonly #file: string

  constructor(path: string, file: string) {
    this.path = path
    this.#file = file
  }

  async write(chunks: Iterable<string>): Promise<void> {
    await rewrite(this.path, this.#file, WRITE, async out => {
      for await (const piece of encodedChunks(chunks)) writeWhole(out, piece)
    })
  }

  grow(): GrowingOutput {
    return new GrowingFile(this.#file, cause => writeError(this.path, cause, NOT_WHOLE))
  }
}

/** Pause while a pipe is full, ms. */
const RETRY_MS = 5

/** A pipe, a device or a descriptor of this process, which is written as a stream. */
export class OpenFile implements OutputFile {
  readonly path: string
  readonly isReplaceable = false
  readonly #fd: number
  readonly #isOwn: boolean

  /** `isOwn`: opened here, so closed here. */
  constructor(path: string, fd: number, isOwn: boolean) {
    this.path = path
    this.#fd = fd
    this.#isOwn = isOwn
  }

  async write(chunks: Iterable<string>): Promise<void> {
    try {
      for await (const piece of encodedChunks(chunks)) await this.#take(piece)
      if (this.#isOwn) closeSync(this.#fd)
    } catch (error) {
      // As on standard output, a reader that has gone is not a failure.
      if (codeOf(error) === 'EPIPE') return
      throw writeError(this.path, error, UNFINISHED)
    }
  }

  grow(): GrowingOutput {
    return new GrowingPipe(this.#fd, this.#isOwn, cause => writeError(this.path, cause, UNFINISHED))
  }

  async #take(piece: Buffer): Promise<void> {
    let left = piece
    while (left.length > 0) {
      try {
        left = left.subarray(writeSync(this.#fd, left))
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') throw error
        await setTimeout(RETRY_MS)
      }
    }
  }
}

function writeError(path: string, cause: unknown, state: string): UdptoolError {
  return new UdptoolError('file', `cannot write ${path}: ${fileErrorReason(cause)} (${state})`, {
    operation: 'write',
    address: path,
    hint: 'make room, or name another file',
    cause,
  })
}
