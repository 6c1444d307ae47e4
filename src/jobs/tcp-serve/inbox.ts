import { createHash, randomBytes } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { errorName } from '../../engine/socket-error.ts'
import { fileErrorReason } from '../file-error.ts'
import type { InboxPlan } from './plan.ts'
import { PARTIAL_PREFIX, type UploadRequest } from './upload-request.ts'

/** A file of the inbox, whole. */
export interface Stored {
  readonly fileName: string
  readonly size: number
  readonly sha256: string
}

/** A new file under a name that nobody else knows: whatever lies there, a symbolic link above all, is never opened. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * The folder of uploads. A file is written under a name of its own and gets the name it was sent with when it is whole and its
 * digest is right; in one step, so that a reader sees the old file or the new one and never half of one.
 */
export class Inbox {
  readonly #plan: InboxPlan
  readonly #partial = new Set<string>()
  /** A second Ctrl-C ends the process at once, and then there is no time for anything that waits. */
  readonly #clean = (): void => this.#partial.forEach(path => rmSync(path, { force: true }))

  constructor(plan: InboxPlan) {
    this.#plan = plan
  }

  open(): void {
    process.once('exit', this.#clean)
  }

  get maxSize(): number {
    return this.#plan.maxSize
  }

  /**
   * Stores a file. Rejects with what the body rejects with, or with `refused` where the digest is wrong, the name is taken or
   * the disk will not have it; then nothing is left of it.
   */
  async store(request: UploadRequest, body: AsyncIterable<Uint8Array>): Promise<Stored> {
    const path = join(this.#plan.folder, `${PARTIAL_PREFIX}${randomBytes(12).toString('hex')}`)
    const file = await this.#saved(request, () => open(path, NEW_FILE))
    this.#partial.add(path)
    try {
      const sha256 = await this.#fill(file, request, body)
      if (request.sha256 !== undefined && request.sha256 !== sha256)
        throw refusal(`${quoted(request.fileName)} came with another content than announced: its sha256 is ${sha256}`)
      await this.#saved(request, () => this.#place(path, join(this.#plan.folder, request.fileName)))
      return { fileName: request.fileName, size: request.size, sha256 }
    } finally {
      await rm(path, { force: true })
      this.#partial.delete(path)
    }
  }

  close(): void {
    process.off('exit', this.#clean)
  }

  /** Writes the body, and waits until the disk has it: what is answered with ok outlives a power failure. */
  async #fill(file: FileHandle, request: UploadRequest, body: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash('sha256')
    try {
      for await (const piece of body) {
        hash.update(piece)
        await this.#saved(request, () => file.writeFile(piece))
      }
      await this.#saved(request, () => file.datasync())
    } finally {
      await file.close()
    }
    return hash.digest('hex')
  }

  /** A symbolic link that has the name is replaced itself, as `rename` does; where it leads to stays as it is. */
  async #place(from: string, to: string): Promise<void> {
    if (this.#plan.replace) await rename(from, to)
    else await link(from, to)
  }

  async #saved<T>({ fileName }: UploadRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      const taken = ['EEXIST', 'EISDIR', 'ENOTEMPTY'].includes(errorName(cause))
      const reason = taken ? 'the name is taken' : fileErrorReason(cause)
      throw refusal(`cannot store ${quoted(fileName)}: ${reason}`, cause)
    }
  }
}

function refusal(reason: string, cause?: unknown): UdptoolError {
  return new UdptoolError('refused', reason, { operation: 'put', cause })
}
